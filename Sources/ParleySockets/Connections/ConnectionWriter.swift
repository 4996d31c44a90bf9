public import ParleyDatagrams

/// Sends datagrams to one connection, to many, or by UDP.
///
/// For one connection it does the same as `connection.send`. Among many, a slow connection never
/// holds up the others.
///
/// ```swift
/// let writer = ConnectionWriter()
/// let unreached = writer.send(announcement, to: players)
/// ```
public struct ConnectionWriter: Sendable {
    /// What happens to a peer for which `ConnectionOptions.outboundLimit` bytes wait already, when a
    /// datagram is sent to many.
    public enum SlowPeerPolicy: Sendable {
        /// Close its connection, with the reason `limitExceeded(.outboundBytes)`.
        case close
        /// Skip the datagram for this peer.
        case skip
    }

    /// The framing of the datagrams; `nil` for each connection's own framing.
    public var framing: StreamFraming?
    /// The treatment of peers that are too slow.
    public var slowPeers: SlowPeerPolicy

    /// A writer with this framing and policy.
    public init(framing: StreamFraming? = nil, slowPeers: SlowPeerPolicy = .close) {
        self.framing = framing
        self.slowPeers = slowPeers
    }

    /// Sends a datagram to one connection, waiting for room as `Connection.send` does.
    ///
    /// - Throws: `SendError`.
    public func send(_ datagram: Datagram, to connection: Connection) async throws(SendError) {
        try await connection.send(datagram, framing: framing ?? connection.options.framing)
    }

    /// Queues a datagram for each of the connections, without waiting for any.
    ///
    /// - Returns: The connections for which it was not queued: those that have ended, those whose
    ///   framing it does not fit, and those that are too slow.
    @discardableResult
    public func send(_ datagram: Datagram, to connections: some Sequence<Connection>)
        -> [Connection]
    {
        connections.filter { connection in
            do throws(SendError) {
                try connection.offer(datagram, framing: framing ?? connection.options.framing)
                return false
            } catch {
                if error == .queueFull, slowPeers == .close { connection.cutOffSlowPeer() }
                return true
            }
        }
    }

    /// Sends a datagram by UDP.
    ///
    /// - Parameters:
    ///   - datagram: The datagram.
    ///   - address: The peer.
    ///   - local: The local address to send from, ``NetDatagram/localAddress`` for an answer; `nil` lets
    ///     the system choose.
    ///   - socket: The socket to send with.
    /// - Throws: `SendError`.
    public func send(
        _ datagram: Datagram, to address: SocketAddress, from local: SocketAddress? = nil,
        over socket: DatagramSocket
    ) async throws(SendError) {
        try await socket.send(datagram, to: address, from: local)
    }
}

extension Connection {
    nonisolated func cutOffSlowPeer() {
        perform { $0.terminate(.limitExceeded(.outboundBytes)) }
    }
}
