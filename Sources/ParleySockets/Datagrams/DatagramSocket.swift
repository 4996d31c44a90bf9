public import ParleyDatagrams

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
public actor DatagramSocket {
    /// Where it receives, with the port that the system chose where 0 was asked for.
    public nonisolated let localAddress: SocketAddress
    /// The options it was opened with.
    public nonisolated let options: DatagramSocketOptions

    nonisolated let loop: any NetworkLoop
    private nonisolated let outbox: PacketOutbox
    private nonisolated let mailbox: Mailbox<ReceivedDatagram>
    private nonisolated let ended = Promise<Void>()

    private let port: any DatagramPort
    private let registry: ConnectionRegistry
    private var reader: ReaderHub?
    private var incoming = PacketBuffer()
    /// Memory of the calls before, which may be free again when its turn comes.
    private var slabs = [Datagram](repeating: Datagram(), count: receivesPerTurn)
    private var nextSlab = 0
    private var received: [ReceivedDatagram] = []
    private var outgoing = PacketBuffer()
    private var outgoingStart = 0
    private var outgoingSent = (datagrams: 0, bytes: 0)
    private var isReadingPaused = false
    private var isClosing = false
    private var counts = DatagramSocketStatistics()

    /// The loop that the socket lives on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// System calls a turn, so that the consumer and other sockets get theirs.
    private static let receivesPerTurn = 4

    init(
        port: any DatagramPort, loop: any NetworkLoop, options: DatagramSocketOptions,
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

    /// What arrives, each datagram with its sender. Ends when the socket is closed.
    public nonisolated var datagrams: Flattened<ReceivedDatagram> { Flattened(mailbox) }

    /// What arrives, as many datagrams at a time as there are.
    public nonisolated var batches: AsyncStream<Batch<ReceivedDatagram>> { mailbox.batches() }

    /// What the socket has done so far.
    public var statistics: DatagramSocketStatistics {
        var statistics = counts
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

    private func fail() {
        isClosing = true
        port.close()
        outbox.close()
        mailbox.finish()
        reader?.remove(.socket(self))
        reader = nil
        registry.remove(self)
    }

    // MARK: Receiving

    fileprivate func receiveAvailable() {
        for _ in 0..<Self.receivesPerTurn {
            guard !isReadingPaused, !isClosing, receiveOnce() else { break }
        }
        deliver()
    }

    /// Receives one system call's worth; returns whether there may be more right now.
    private func receiveOnce() -> Bool {
        switch port.receive(into: &incoming) {
        case .received(_, let more):
            open()
            return more
        case .wouldBlock:
            return false
        case .interrupted:
            counts.refused += 1
            return true
        case .failed:
            deliver()
            fail()
            return false
        }
    }

    /// Takes the datagrams out of the packets that have come.
    private func open() {
        let before = received.count
        for packet in incoming.packets {
            let range = packet.offset..<packet.offset + packet.count
            do throws(DatagramFraming.Rejection) {
                let datagram = try options.framing.open(incoming.bytes.slice(range))
                received.append(ReceivedDatagram(datagram: datagram, address: packet.address))
                counts.bytesReceived += packet.count
            } catch {
                counts.invalid += 1
            }
        }
        counts.datagramsReceived += received.count - before
        // Large datagrams are rare; their memory is not kept for the small ones after them.
        if incoming.bytes.capacity > Self.largestSlab { incoming.bytes = Datagram() }
        swap(&incoming.bytes, &slabs[nextSlab])
        nextSlab = (nextSlab + 1) % slabs.count
        incoming.removeAll()
    }

    private static let largestSlab = 256 * 1024

    private func deliver() {
        guard !received.isEmpty else { return }
        let cost = received.reduce(0) { $0 + $1.datagram.count + Self.costPerDatagram }
        let mustPause =
            if let reader {
                reader.deliver(&received, cost: cost, from: self)
            } else {
                mailbox.deliver(&received, cost: cost)
            }
        guard mustPause else { return }
        isReadingPaused = true
        port.setReading(false)
    }

    /// What keeping a datagram costs beside its bytes.
    private static let costPerDatagram = 64

    func resumeReading() {
        guard isReadingPaused, !isClosing else { return }
        isReadingPaused = false
        port.setReading(true)
    }

    /// Puts what is received into a reader's stream instead of its own.
    func attach(to hub: ReaderHub) -> Bool {
        guard reader == nil, !isClosing, hub.insert(.socket(self)) else { return false }
        reader = hub
        received = mailbox.drain()
        resumeReading()
        deliver()
        return true
    }

    /// Puts what is received into the socket's own stream again.
    func detach(from hub: ReaderHub) -> Bool {
        guard reader === hub else { return false }
        hub.remove(.socket(self))
        reader = nil
        resumeReading()
        return true
    }

    // MARK: Sending

    /// Sends a datagram: queues it, to leave with all others of this turn of the loop.
    ///
    /// Suspends only while more than `outboundWatermark` bytes wait. UDP promises nothing: whether
    /// it arrives is not known here.
    ///
    /// - Throws: `SendError.tooLong` over 65,507 bytes, header included; the socket lives on.
    @inlinable @inline(__always)
    public nonisolated func send(_ datagram: Datagram, to address: SocketAddress)
        async throws(SendError)
    {
        // As for a connection: nothing asynchronous is called while there is room.
        guard let room = try queue(datagram, to: address) else { return }
        try await send(datagram, to: address, after: room)
    }

    @usableFromInline
    nonisolated func queue(_ datagram: Datagram, to address: SocketAddress)
        throws(SendError) -> Room?
    {
        switch try outbox.append(datagram, to: address, framing: options.framing) {
        case .queued: return nil
        case .queuedFirst: loop.requestFlush(self)
        case .full(let room): return Room(promise: room)
        }
        return nil
    }

    @usableFromInline
    nonisolated func send(_ datagram: Datagram, to address: SocketAddress, after room: Room)
        async throws(SendError)
    {
        var full: Room? = room
        while let room = full {
            // On the loop itself nothing else would get to run the flush before we wait.
            if loop.isCurrent { endOfTurn() }
            do {
                try await room.promise.value()
            } catch {
                throw .cancelled
            }
            full = try queue(datagram, to: address)
        }
    }

    fileprivate func sendQueued() {
        while true {
            if outgoingStart == outgoing.count { refillOutgoing() }
            guard outgoingStart < outgoing.count else { break }
            guard sendOnce() else { return }
        }
        port.setWriting(false)
    }

    private func refillOutgoing() {
        if !outgoing.isEmpty {
            outbox.emptied(sent: outgoingSent.datagrams, bytes: outgoingSent.bytes)
        }
        outgoing.removeAll()
        outgoingStart = 0
        outgoingSent = (0, 0)
        outbox.take(into: &outgoing)
    }

    /// Sends one system call's worth; returns whether to go on.
    private func sendOnce() -> Bool {
        switch port.send(outgoing, from: outgoingStart) {
        case .sent(let count):
            for packet in outgoing.packets[outgoingStart..<outgoingStart + count] {
                outgoingSent.bytes += packet.count
            }
            outgoingSent.datagrams += count
            outgoingStart += count
            return true
        case .refused:
            counts.refused += 1
            outgoingStart += 1
            return true
        case .wouldBlock:
            port.setWriting(true)
        case .failed:
            fail()
        }
        return false
    }
}

extension DatagramSocket: TurnEndHandler {
    /// Sends what this turn has queued. Called by the loop.
    public nonisolated func endOfTurn() {
        enter { $0.sendQueued() }
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

private final class SocketPortHandler: PortHandler {
    private let socket: DatagramSocket

    init(socket: DatagramSocket) {
        self.socket = socket
    }

    func portBecameReadable() {
        socket.enter { $0.receiveAvailable() }
    }

    func portBecameWritable() {
        socket.enter { $0.sendQueued() }
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
