public import ParleyDatagrams

/// Sends datagrams: to one connection, to many, or by UDP.
///
/// Corresponds to Panda3D's `ConnectionWriter`. For one connection it is the same as
/// `connection.send`; for many it never lets a slow one hold up the others.
///
/// ```swift
/// let writer = ConnectionWriter()
/// let unreached = writer.send(announcement, to: players)
/// ```
public struct ConnectionWriter: Sendable {
    /// What becomes of a peer that has not taken `ConnectionOptions.outboundLimit` bytes yet, when
    /// more are sent to many.
    public enum SlowPeerPolicy: Sendable {
        /// Close its connection, with the reason `limitExceeded(.outboundBytes)`: it has missed
        /// something and could only be wrong from now on.
        case close
        /// Let it miss this datagram.
        case skip
    }

    /// How the datagrams are framed (Panda3D's `setRawMode` and `setTcpHeaderSize`); `nil` for each
    /// connection's own framing.
    public var framing: StreamFraming?
    /// What becomes of peers that are too slow.
    public var slowPeers: SlowPeerPolicy

    /// A writer.
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
    /// - Returns: The connections that it was not queued for: those that have ended, those whose
    ///   framing it does not fit, and those that were too slow.
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
    /// - Throws: `SendError`.
    public func send(
        _ datagram: Datagram, to address: SocketAddress, over socket: DatagramSocket
    ) async throws(SendError) {
        try await socket.send(datagram, to: address)
    }
}

extension Connection {
    nonisolated func cutOffSlowPeer() {
        loop.perform {
            self.assumeIsolated { $0.terminate(.limitExceeded(.outboundBytes)) }
        }
    }
}
