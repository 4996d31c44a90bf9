public import ParleyDatagrams

/// A datagram with where it came from: what a `ConnectionReader` delivers.
///
/// Corresponds to Panda3D's `NetDatagram`.
public struct NetDatagram: Sendable {
    /// What arrived.
    public let datagram: Datagram
    /// What it arrived at.
    public let source: Source
    /// The peer that sent it.
    public let address: SocketAddress

    /// A connection or a UDP socket.
    public enum Source: Sendable, Hashable {
        /// It came by TCP.
        case connection(Connection)
        /// It came by UDP.
        case socket(DatagramSocket)
    }

    /// The connection it arrived at; `nil` for UDP.
    public var connection: Connection? {
        guard case .connection(let connection) = source else { return nil }
        return connection
    }

    /// Sends a datagram back to where this one came from.
    ///
    /// - Throws: `SendError`.
    public func reply(_ answer: Datagram) async throws(SendError) {
        switch source {
        case .connection(let connection): try await connection.send(answer)
        case .socket(let socket): try await socket.send(answer, to: address)
        }
    }
}

/// A UDP datagram and the peer that sent it.
public struct ReceivedDatagram: Sendable {
    /// What arrived, without its checksum.
    public let datagram: Datagram
    /// The peer.
    public let address: SocketAddress
}
