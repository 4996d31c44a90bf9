public import ParleySecurity
public import ParleySockets

/// What protects a connection.
public enum ConnectionSecurity: Sendable, Hashable, CustomStringConvertible {
    /// Nothing.
    case none
    /// TLS 1.3. A client has verified the server. A server has verified its client only between the servers of a
    /// realm, and never a player.
    case tls(TLSPeer)

    /// Whether others can neither read nor change what is sent.
    public var isEncrypted: Bool { self != .none }

    /// "plain", or what the handshake established.
    public var description: String {
        switch self {
        case .none: "plain"
        case .tls(let peer): peer.description
        }
    }
}

extension Connection {
    /// What protects the connection. It never changes.
    public nonisolated var security: ConnectionSecurity {
        (streamSecurity as? TLSPeer).map { .tls($0) } ?? .none
    }
}
