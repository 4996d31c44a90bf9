internal import ParleyDatagrams

/// A UDP socket, which receives from any peer and sends to any peer.
///
/// ```swift
/// let socket = try await manager.openUDP(port: 9099)
/// for await packet in socket.datagrams {
///     try await socket.send(packet.datagram, to: packet.address, from: packet.localAddress)
/// }
/// ```
///
/// Sent datagrams leave at the end of the loop's turn, many in one system call. A datagram that
/// cannot be sent harms neither the socket nor the other datagrams.
public actor DatagramSocket: OutboxOwner {
    /// The address at which the socket receives. Its port is never 0.
    public nonisolated let localAddress: SocketAddress
    /// The options that the socket was opened with.
    public nonisolated let options: DatagramSocketOptions

    nonisolated let loop: any SocketLoop
    nonisolated let outbox: PacketOutbox
    nonisolated let mailbox: Mailbox<ReceivedDatagram>
    nonisolated let ended = Promise<CloseReason>()

    let port: any DatagramPort
    private let onEnd: @Sendable (DatagramSocket) -> Void
    /// The reader that gets the datagrams instead of the mailbox.
    var reader: (any DatagramSocketReader)?
    var intake = DatagramIntake()
    var outgoing = PacketBuffer()
    var outgoingStart = 0
    var outgoingSent = (datagrams: 0, bytes: 0)
    var isReadingPaused = false
    /// The timer that ends the present pause of a coalescing socket.
    var nextRead: LoopTimer?
    var isClosing = false
    /// Whether the system's buffer is known to be full.
    var isBlocked = false
    /// Datagrams that the system refused to send.
    var refused = 0

    /// The loop, as the runtime's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// A socket on `port`. `onEnd` is called once, on the loop, when the socket ends.
    init(
        port: any DatagramPort, loop: any SocketLoop, options: DatagramSocketOptions,
        onEnd: @escaping @Sendable (DatagramSocket) -> Void
    ) {
        self.port = port
        self.loop = loop
        self.options = options
        self.onEnd = onEnd
        localAddress = port.localAddress
        outbox = PacketOutbox(watermark: options.outboundWatermark)
        mailbox = Mailbox(bound: .init(options.buffering), keptBytes: 16 * 1024)
        mailbox.setProducer(self)
    }

    /// The traffic of the socket so far.
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

    /// Sends queued datagrams, as far as the system takes them at once, and closes the socket.
    public func close() {
        guard !isClosing else { return }
        isClosing = true
        // Refused first, so that senders on other threads cannot keep this loop busy.
        outbox.close(with: .closed(.local))
        while sendShare() {}
        end(.local)
    }

    /// Waits for the end of the socket and returns the reason: `.local` or `.failed`.
    ///
    /// Returns `nil` only when the waiting task is cancelled.
    @discardableResult
    public nonisolated func terminated() async -> CloseReason? {
        try? await ended.value()
    }

    /// The reason why the socket has ended; `nil` while it lives.
    public nonisolated var closeReason: CloseReason? { ended.current }

    /// Starts receiving; returns the system's error where that fails.
    func start() -> SystemError? {
        do throws(SystemError) {
            try port.start(SocketPortHandler(socket: self), reading: true, writing: false)
            return nil
        } catch {
            end(.failed(error))
            return error
        }
    }

    /// Ends the socket. The first reason counts.
    func end(_ reason: CloseReason) {
        isClosing = true
        guard ended.fulfil(reason) else { return }
        if let nextRead { loop.cancel(nextRead) }
        port.close()
        outbox.close(with: .closed(reason))
        mailbox.finish()
        reader?.remove(self)
        reader = nil
        onEnd(self)
    }
}

extension DatagramSocket: Hashable {
    /// Whether both are the same socket.
    public static func == (left: DatagramSocket, right: DatagramSocket) -> Bool { left === right }

    /// Hashes the socket's identity.
    public nonisolated func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}

extension DatagramSocket: MailboxProducer {
    package nonisolated func resumeProducing() {
        perform { $0.resumeReading() }
    }
}
