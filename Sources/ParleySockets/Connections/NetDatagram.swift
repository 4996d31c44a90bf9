public import ParleyDatagrams

/// A datagram and where it came from, as a `ConnectionReader` delivers it.
public struct NetDatagram: Sendable {
    /// The datagram.
    public let datagram: Datagram
    /// The connection or socket that received it.
    public let source: Source
    /// The address of the peer that sent it.
    public let address: SocketAddress
    /// The local address to which the peer sent it, as ``ReceivedDatagram/localAddress``; `nil` for TCP.
    public let localAddress: SocketAddress?

    /// A connection or a UDP socket.
    public enum Source: Sendable, Hashable {
        /// The datagram came by TCP.
        case connection(Connection)
        /// The datagram came by UDP.
        case socket(DatagramSocket)
    }

    /// The connection that received it; `nil` for UDP.
    public var connection: Connection? {
        guard case .connection(let connection) = source else { return nil }
        return connection
    }

    /// Sends a datagram back to the peer that sent this one, from the address to which it was sent.
    ///
    /// - Throws: `SendError`.
    public func reply(_ answer: Datagram) async throws(SendError) {
        switch source {
        case .connection(let connection): try await connection.send(answer)
        case .socket(let socket):
            try await socket.send(answer, to: address, from: localAddress)
        }
    }
}
