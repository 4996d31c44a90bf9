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
/// Received datagrams wait in a bounded mailbox. When it is full, reading pauses and the peer has to
/// wait. Sent datagrams leave in one write at the end of the loop's turn. A connection ends with
/// exactly one `CloseReason`.
///
/// A connection stays open until it is closed, or its peer, its manager or an error ends it. The
/// scopes `ConnectionListener.serve` and `ConnectionManager.connect(to:port:_:)` close theirs.
///
/// The actor lives on an event loop. Calling its `nonisolated` members, such as `send`, never
/// changes threads.
public actor Connection: OutboxOwner {
    /// The connection's number among all of its manager.
    public nonisolated let id: ConnectionID
    /// The address of this end.
    public nonisolated let localAddress: SocketAddress
    /// The address of the peer.
    public nonisolated let remoteAddress: SocketAddress
    /// The options that the connection was opened with.
    public nonisolated let options: ConnectionOptions

    nonisolated let loop: any SocketLoop
    nonisolated let outbox: StreamOutbox
    nonisolated let mailbox: Mailbox<Datagram>
    nonisolated let ended = Promise<CloseReason>()
    nonisolated let memory: MemoryPool

    let port: any StreamPort
    /// What encrypts the stream; `nil` for a plain one, and after the end.
    var transform: (any StreamTransform)?
    /// Plaintext that came with the end of the handshake, before there was a connection.
    var earlyPlaintext: Datagram?
    /// Bytes of the outbox that were sealed and have not all left.
    var sealedCount = 0
    /// What the handshake established; `nil` for a plain connection.
    package nonisolated let streamSecurity: (any StreamSecurityDescription)?
    /// Released at the end, so that an ended connection keeps nothing else alive.
    var registry: ConnectionRegistry?
    var decoder: FrameDecoder
    var phase = Phase.open
    /// Datagrams of the present read, on their way to the mailbox or a reader.
    var received: [Datagram] = []
    /// The reader that gets the datagrams instead of the mailbox.
    var reader: ReaderHub?
    /// Bytes taken from the outbox; those before `writingStart` are written.
    var writing = Datagram()
    var writingStart = 0
    /// Whether a write found the connection reset. A read then sees an end that the peer never sent.
    var isReset = false
    var isReadingPaused = false
    var isShutDown = false
    var isLingering = false
    var hasPeerEnded = false
    var watchdog: LoopTimer?
    var lastReceived: NetworkInstant
    /// The time since which the system takes no more bytes; `nil` while it does.
    var stalledSince: NetworkInstant?
    var bytesReceived = 0
    var datagramsReceived = 0

    /// How far the connection is from its end.
    enum Phase {
        /// Both directions are open.
        case open
        /// Nothing more may be queued. Queued bytes are written, then the sending direction ends.
        case finishing
        /// As `finishing`, and this side has stopped reading.
        case closing
        case closed
    }

    /// The loop, as the runtime's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(
        id: ConnectionID, port: any StreamPort, loop: any SocketLoop, options: ConnectionOptions,
        registry: ConnectionRegistry, stream: SecuredStream? = nil
    ) {
        self.id = id
        transform = stream?.transform
        earlyPlaintext = stream?.earlyPlaintext
        streamSecurity = stream?.transform.security
        self.port = port
        self.loop = loop
        self.options = options
        self.registry = registry
        localAddress = port.localAddress
        remoteAddress = port.remoteAddress
        memory = registry.memory
        outbox = StreamOutbox(highWatermark: options.outboundWatermark, memory: memory)
        decoder = FrameDecoder(
            framing: options.framing, maximumFrameLength: options.maximumDatagramCount)
        lastReceived = NetworkInstant(nanoseconds: 0)
        mailbox = Mailbox(
            bound: .pause(cost: options.inboundWatermark), keptBytes: Self.keptBatchBytes)
        mailbox.setProducer(self)
    }

    /// The empty memory that an idle connection keeps for a batch: 64 datagrams.
    static let keptBatchBytes = 64 * MemoryLayout<Datagram>.stride + 64

    /// The traffic of the connection so far.
    public var statistics: ConnectionStatistics {
        let out = outbox.counts
        return ConnectionStatistics(
            datagramsReceived: datagramsReceived, bytesReceived: bytesReceived,
            datagramsQueued: out.datagrams, bytesSent: out.bytes - out.waiting,
            bytesWaiting: out.waiting)
    }

    /// Changes an option of the system's socket.
    ///
    /// - Throws: The system's refusal.
    public func set(_ option: SocketOption) throws(SystemError) {
        try port.set(option)
    }

    /// Waits for the end of the connection and returns the reason.
    ///
    /// Returns `nil` only when the waiting task is cancelled.
    @discardableResult
    public nonisolated func terminated() async -> CloseReason? {
        try? await ended.value()
    }

    /// The reason why the connection has ended; `nil` while it lives.
    public nonisolated var closeReason: CloseReason? { ended.current }

    /// Whether the connection has not ended.
    public nonisolated var isOpen: Bool { ended.current == nil }
}

extension Connection: Hashable {
    /// Whether both are the same connection.
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

/// The number of a connection among all of its manager, in the order in which they were made.
public struct ConnectionID: Sendable, Hashable {
    /// 1 for the first connection.
    public let number: UInt64

    init(number: UInt64) {
        self.number = number
    }
}

/// The traffic of a connection. Bytes include the frames' headers, and not what encryption adds.
public struct ConnectionStatistics: Sendable, Hashable {
    /// Complete datagrams received.
    public let datagramsReceived: Int
    /// Bytes received.
    public let bytesReceived: Int
    /// Datagrams queued for sending, whether or not they have left.
    public let datagramsQueued: Int
    /// Bytes given to the system.
    public let bytesSent: Int
    /// Bytes queued and not yet given to the system.
    public let bytesWaiting: Int
}

extension Connection: MailboxProducer {
    package nonisolated func resumeProducing() {
        perform { $0.resumeReading() }
    }
}
