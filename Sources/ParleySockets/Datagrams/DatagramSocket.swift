internal import ParleyDatagrams

/// A UDP socket: datagrams from anybody, and to anybody.
///
/// ```swift
/// let socket = try await manager.openUDP(port: 9099)
/// for await packet in socket.datagrams {
///     try await socket.send(packet.datagram, to: packet.address)
/// }
/// ```
///
/// What is sent leaves at the end of the loop's turn, as many datagrams in one system call as it
/// takes. One datagram that cannot be sent never harms the socket or the others.
public actor DatagramSocket: LoopActor {
    /// Where it receives, with the port that the system chose where 0 was asked for.
    public nonisolated let localAddress: SocketAddress
    /// The options it was opened with.
    public nonisolated let options: DatagramSocketOptions

    nonisolated let loop: any SocketLoop
    nonisolated let outbox: PacketOutbox
    nonisolated let mailbox: Mailbox<ReceivedDatagram>

    let port: any DatagramPort
    private let registry: ConnectionRegistry
    var reader: ReaderHub?
    var intake = DatagramIntake()
    var outgoing = PacketBuffer()
    var outgoingStart = 0
    var outgoingSent = (datagrams: 0, bytes: 0)
    var isReadingPaused = false
    /// The timer that ends the present pause of a coalescing socket.
    var nextLook: LoopTimer?
    var isClosing = false
    /// Datagrams that the system would not send.
    var refused = 0

    /// The loop that the socket lives on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(
        port: any DatagramPort, loop: any SocketLoop, options: DatagramSocketOptions,
        registry: ConnectionRegistry
    ) {
        self.port = port
        self.loop = loop
        self.options = options
        self.registry = registry
        localAddress = port.localAddress
        outbox = PacketOutbox(watermark: options.outboundWatermark)
        let restart = SocketRestart()
        let bound: Mailbox<ReceivedDatagram>.Bound =
            switch options.buffering {
            case .pause(let bytes): .pause(cost: bytes)
            case .newest(let count): .keepNewest(count: count)
            }
        mailbox = Mailbox(bound: bound) { restart.run() }
        restart.socket = self
    }

    /// What the socket has done so far.
    public var statistics: DatagramSocketStatistics {
        var statistics = intake.counts
        statistics.refused += refused
        (statistics.datagramsSent, statistics.bytesSent) = outbox.counts
        statistics.droppedBySystem = port.kernelDrops
        statistics.droppedUnread = mailbox.counts.dropped
        return statistics
    }

    /// Changes an option of the system's socket, such as joining a multicast group.
    ///
    /// - Throws: The system's refusal.
    public func set(_ option: SocketOption) throws(SystemError) {
        try port.set(option)
    }

    /// Sends what is queued, as far as the system takes it, and closes the socket.
    public func close() {
        guard !isClosing else { return }
        isClosing = true
        sendQueued()
        fail()
    }

    /// Begins to receive; returns what the system has against it.
    func start() -> SystemError? {
        do throws(SystemError) {
            try port.start(SocketPortHandler(socket: self), reading: true, writing: false)
            return nil
        } catch {
            fail()
            return error
        }
    }

    /// Ends the socket, for whatever reason.
    func fail() {
        isClosing = true
        if let nextLook { loop.cancel(nextLook) }
        port.close()
        outbox.close()
        mailbox.finish()
        reader?.remove(.socket(self))
        reader = nil
        registry.remove(self)
    }
}

extension DatagramSocket: Hashable {
    /// Whether they are the same socket.
    public static func == (left: DatagramSocket, right: DatagramSocket) -> Bool { left === right }

    /// Hashes the socket's identity.
    public nonisolated func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}

/// Lets the mailbox tell its socket to read again. Set once, before anybody else knows the socket,
/// hence `@unchecked Sendable`.
private final class SocketRestart: @unchecked Sendable {
    weak var socket: DatagramSocket?

    func run() {
        guard let socket else { return }
        socket.loop.perform { socket.assumeIsolated { $0.resumeReading() } }
    }
}
