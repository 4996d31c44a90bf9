internal import ParleyDatagrams

/// One TCP connection, carrying datagrams both ways.
///
/// ```swift
/// for await datagram in connection.datagrams {
///     try await connection.send(datagram)
/// }
/// print(await connection.terminated())
/// ```
///
/// What arrives waits in a bounded mailbox until it is consumed; when that is full, reading pauses
/// and the peer has to wait. What is sent leaves in one write at the end of the loop's turn. A
/// connection ends with exactly one `CloseReason`.
///
/// It is an actor that lives on an event loop. Its `nonisolated` members, sending among them, cost
/// no change of threads from wherever they are called.
public actor Connection: LoopActor {
    /// Names the connection among all of its manager.
    public nonisolated let id: ConnectionID
    /// This end.
    public nonisolated let localAddress: SocketAddress
    /// The other end.
    public nonisolated let remoteAddress: SocketAddress
    /// The options it was opened with.
    public nonisolated let options: ConnectionOptions

    nonisolated let loop: any SocketLoop
    nonisolated let outbox: StreamOutbox
    nonisolated let mailbox: Mailbox<Datagram>
    nonisolated let ended = Promise<CloseReason>()

    let port: any StreamPort
    /// Given up at the end: the registry remembers ended connections, and they must not keep it.
    var registry: ConnectionRegistry?
    var decoder: FrameDecoder
    var phase = Phase.open
    /// Datagrams of the present turn, on their way to the mailbox or a reader.
    var received: [Datagram] = []
    /// Who gets the datagrams instead of the mailbox.
    var reader: ReaderHub?
    /// Bytes taken from the outbox and not yet written, from `writingStart` on.
    var writing = Datagram()
    var writingStart = 0
    var isReadingPaused = false
    var isShutDown = false
    var isLingering = false
    var hasPeerEnded = false
    var watchdog: LoopTimer?
    var lastReceived: NetworkInstant
    /// Since when bytes wait without the peer taking any.
    var stalledSince: NetworkInstant?
    var bytesReceived = 0
    var datagramsReceived = 0

    /// How far the connection is from its end.
    enum Phase {
        /// Both ways, as long as the peer likes.
        case open
        /// Nothing more may be queued; what waits is written, then the sending direction ends.
        case finishing
        /// As finishing, and this side is done with reading too.
        case closing
        case closed
    }

    /// The loop that the connection lives on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(
        id: ConnectionID, port: any StreamPort, loop: any SocketLoop, options: ConnectionOptions,
        registry: ConnectionRegistry
    ) {
        self.id = id
        self.port = port
        self.loop = loop
        self.options = options
        self.registry = registry
        localAddress = port.localAddress
        remoteAddress = port.remoteAddress
        outbox = StreamOutbox(highWatermark: options.outboundWatermark)
        decoder = FrameDecoder(
            framing: options.framing, maximumFrameLength: options.maximumDatagramCount)
        lastReceived = NetworkInstant(nanoseconds: 0)
        let restart = MailboxRestart()
        mailbox = Mailbox(bound: .pause(cost: options.inboundWatermark)) { restart.run() }
        restart.connection = self
    }

    /// What has gone over the connection so far.
    public var statistics: ConnectionStatistics {
        let out = outbox.counts
        return ConnectionStatistics(
            datagramsReceived: datagramsReceived, bytesReceived: bytesReceived,
            datagramsSent: out.datagrams, bytesSent: out.bytes - out.waiting,
            bytesWaiting: out.waiting)
    }

    /// Changes an option of the system's socket.
    ///
    /// - Throws: The system's refusal.
    public func set(_ option: SocketOption) throws(SystemError) {
        try port.set(option)
    }

    /// Waits for the connection's end and says why it ended.
    ///
    /// Returns at once with `nil` only when the waiting task is cancelled.
    @discardableResult
    public nonisolated func terminated() async -> CloseReason? {
        try? await ended.value()
    }

    /// Why the connection has ended; `nil` while it lives.
    public nonisolated var closeReason: CloseReason? { ended.current }

    /// Whether the connection lives: Panda3D's `isConnectionOk`.
    public nonisolated var isOpen: Bool { ended.current == nil }
}

extension Connection: Hashable {
    /// Whether they are the same connection.
    public static func == (left: Connection, right: Connection) -> Bool { left === right }

    /// Hashes the connection's identity.
    public nonisolated func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}

extension Connection: CustomStringConvertible {
    /// "connection 7 to 10.0.0.1:50123".
    public nonisolated var description: String { "connection \(id.number) to \(remoteAddress)" }
}

/// Names a connection among all of its manager, in the order in which they were made.
public struct ConnectionID: Sendable, Hashable, Comparable {
    /// 1 for the first.
    public let number: UInt64

    init(number: UInt64) {
        self.number = number
    }

    /// Whether `left` was made before `right`.
    public static func < (left: ConnectionID, right: ConnectionID) -> Bool {
        left.number < right.number
    }
}

/// What has gone over a connection. Bytes include the frames' headers.
public struct ConnectionStatistics: Sendable, Hashable {
    /// Complete datagrams received.
    public var datagramsReceived = 0
    /// Bytes received.
    public var bytesReceived = 0
    /// Datagrams queued for sending.
    public var datagramsSent = 0
    /// Bytes given to the system.
    public var bytesSent = 0
    /// Bytes queued and not yet given to the system.
    public var bytesWaiting = 0
}

/// Lets a mailbox, which outlives nothing, tell its connection to read again.
///
/// `@unchecked Sendable`: the reference is set once, before the connection is known to anybody else.
private final class MailboxRestart: @unchecked Sendable {
    weak var connection: Connection?

    func run() {
        guard let connection else { return }
        connection.loop.perform { connection.assumeIsolated { $0.resumeReading() } }
    }
}
