public import ParleyDatagrams

/// Merges the datagrams of many connections and UDP sockets into one stream.
///
/// ```swift
/// let reader = ConnectionReader()
/// await reader.add(connection)
/// for await message in reader.datagrams {
///     try await message.reply(message.datagram)
/// }
/// ```
///
/// When the consumer is behind, the connections that send are not read from, so their peers have to
/// wait. A connection that ends leaves the reader by itself; the manager's `terminations` give the
/// reason.
public final class ConnectionReader: Sendable {
    private let hub: ReaderHub
    private let framing: StreamFraming?

    /// A reader without connections.
    ///
    /// - Parameters:
    ///   - policy: What happens when the consumer is behind. A pause is one of every source that sends.
    ///   - framing: The framing that connections get when they are added; `nil` leaves them theirs.
    public init(policy: ReceiveBuffering = .pause(bytes: 1 << 20), framing: StreamFraming? = nil) {
        self.framing = framing
        hub = ReaderHub(bound: .init(policy))
    }

    /// The datagrams of all connections and sockets, each with its source.
    public var datagrams: Elements<NetDatagram> { Elements(hub.mailbox) }

    /// The datagrams in batches: each has all that wait when the consumer asks.
    public var batches: AsyncStream<Batch<NetDatagram>> { hub.mailbox.batches() }

    /// Datagrams that were dropped by the policy `.newest`.
    public var droppedCount: Int { hub.mailbox.counts.dropped }

    /// Adds a connection, with the datagrams that it has received and that were not consumed.
    ///
    /// - Returns: Whether the reader has changed. It does not when the connection is in a reader
    ///   already, or has ended.
    @discardableResult
    public func add(_ connection: Connection) async -> Bool {
        await connection.attach(to: hub, framing: framing)
    }

    /// Adds a UDP socket.
    ///
    /// - Returns: Whether the reader has changed.
    @discardableResult
    public func add(_ socket: DatagramSocket) async -> Bool {
        await socket.attach(to: hub)
    }

    /// Removes a connection, which stays open and delivers to its own `datagrams` again.
    ///
    /// - Returns: Whether the reader has changed.
    @discardableResult
    public func remove(_ connection: Connection) async -> Bool {
        await connection.detach(from: hub)
    }

    /// Removes a UDP socket, which stays open.
    ///
    /// - Returns: Whether the reader has changed.
    @discardableResult
    public func remove(_ socket: DatagramSocket) async -> Bool {
        await socket.detach(from: hub)
    }

    /// Whether `connection` is in this reader and has not ended.
    public func isOK(_ connection: Connection) -> Bool {
        connection.isOpen && hub.contains(.connection(connection))
    }

    /// The connections and sockets of the reader.
    public var sources: Set<NetDatagram.Source> { Set(hub.sources) }

    /// Removes all connections and sockets, and ends the stream.
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
    /// Delivers to a reader instead of the connection's own mailbox, starting with what waits there.
    func attach(to hub: ReaderHub, framing: StreamFraming?) -> Bool {
        guard reader == nil, hub.insert(.connection(self)) else { return false }
        if let framing, framing != decoder.framing { setFraming(framing) }
        var waiting = mailbox.drain()
        let cost = Self.cost(of: waiting)
        let mustPause = hub.deliver(&waiting, cost: cost, from: self)
        guard phase != .closed, !hasPeerEnded else {
            hub.remove(.connection(self))
            return false
        }
        reader = hub
        if mustPause { pauseReading() } else { resumeReading() }
        return true
    }

    /// Delivers to the connection's own mailbox again.
    func detach(from hub: ReaderHub) -> Bool {
        guard reader === hub else { return false }
        detachReader()
        resumeReading()
        return true
    }
}
