public import ParleyDatagrams

/// Merges what many connections and UDP sockets receive into one stream.
///
/// Corresponds to Panda3D's `QueuedConnectionReader`, and to its `RecentConnectionReader` with the
/// policy `.newest(1)`.
///
/// ```swift
/// let reader = ConnectionReader()
/// await reader.add(connection)
/// for await message in reader.datagrams {
///     try await message.reply(message.datagram)
/// }
/// ```
///
/// When the consumer is behind, the connections that send are no longer read from, so that their
/// peers have to wait. A connection that ends leaves the reader by itself; the manager's
/// `terminations` say why it ended.
public actor ConnectionReader {
    /// What happens to datagrams that are received faster than they are consumed.
    public enum Policy: Sendable {
        /// Stop reading from whoever sends, once so many bytes wait. Nothing is lost.
        case pause(bytes: Int)
        /// Keep only the newest datagrams, with their senders, and count the others.
        case newest(Int)
    }

    private nonisolated let hub: ReaderHub
    private let framing: StreamFraming?

    /// A reader without connections.
    ///
    /// - Parameters:
    ///   - policy: What happens when the consumer is behind.
    ///   - framing: The framing that connections get when they are added (Panda3D's `setRawMode` and
    ///     `setTcpHeaderSize`); `nil` leaves them their own.
    public init(policy: Policy = .pause(bytes: 1 << 20), framing: StreamFraming? = nil) {
        self.framing = framing
        switch policy {
        case .pause(let bytes): hub = ReaderHub(bound: .pause(cost: bytes))
        case .newest(let count): hub = ReaderHub(bound: .keepNewest(count: count))
        }
    }

    /// What the connections and sockets receive, each datagram with its source.
    public nonisolated var datagrams: Elements<NetDatagram> { Elements(hub.mailbox) }

    /// The same, as many datagrams at a time as there are.
    public nonisolated var batches: AsyncStream<Batch<NetDatagram>> { hub.mailbox.batches() }

    /// Datagrams that were dropped by the policy `.newest`.
    public nonisolated var droppedCount: Int { hub.mailbox.counts.dropped }

    /// Reads from `connection` from now on, including what it has received and nobody has taken.
    ///
    /// - Returns: Whether that changes anything: not when it is in this or another reader already,
    ///   or has ended.
    @discardableResult
    public func add(_ connection: Connection) async -> Bool {
        await connection.attach(to: hub, framing: framing)
    }

    /// Reads from `socket` from now on.
    ///
    /// - Returns: Whether that changes anything.
    @discardableResult
    public func add(_ socket: DatagramSocket) async -> Bool {
        await socket.attach(to: hub)
    }

    /// Leaves `connection` alone from now on; it stays open, and what it receives is its own again.
    ///
    /// - Returns: Whether that changes anything.
    @discardableResult
    public func remove(_ connection: Connection) async -> Bool {
        await connection.detach(from: hub)
    }

    /// Leaves `socket` alone from now on.
    ///
    /// - Returns: Whether that changes anything.
    @discardableResult
    public func remove(_ socket: DatagramSocket) async -> Bool {
        await socket.detach(from: hub)
    }

    /// Whether `connection` is in this reader and lives: Panda3D's `isConnectionOk`.
    public nonisolated func isOK(_ connection: Connection) -> Bool {
        connection.isOpen && hub.contains(.connection(connection))
    }

    /// The connections and sockets it reads from.
    public nonisolated var sources: Set<NetDatagram.Source> { Set(hub.sources) }

    /// Leaves everything alone and ends the stream.
    public func close() async {
        for source in hub.sources {
            switch source {
            case .connection(let connection): await remove(connection)
            case .socket(let socket): await remove(socket)
            }
        }
        hub.mailbox.finish()
    }
}

extension Connection {
    /// Puts what is received into a reader's stream instead of its own.
    func attach(to hub: ReaderHub, framing: StreamFraming?) -> Bool {
        guard reader == nil, hub.insert(.connection(self)) else { return false }
        if let framing, framing != decoder.framing { setFraming(framing) }
        var waiting = mailbox.drain()
        let cost = waiting.reduce(0) { $0 + $1.count }
        let mustPause = hub.deliver(&waiting, cost: cost, from: self)
        guard phase != .closed, !hasPeerEnded else {
            hub.forget(self)
            return false
        }
        reader = hub
        if mustPause { pauseReading() } else { resumeReading() }
        return true
    }

    /// Puts what is received into the connection's own stream again.
    func detach(from hub: ReaderHub) -> Bool {
        guard reader === hub else { return false }
        detachReader()
        resumeReading()
        return true
    }
}
