public import ParleySecurity

/// How a session is protected on its way.
public enum SessionSecurity: Hashable, Sendable, CustomStringConvertible {
    /// Nothing is encrypted, and the server was not verified.
    case plain
    /// Everything is encrypted; how the server was verified, and the cipher.
    case encrypted(TLSPeer)

    /// That of the session's connections.
    init(_ connection: ConnectionSecurity) {
        self =
            switch connection {
            case .none: .plain
            case .tls(let peer): .encrypted(peer)
            }
    }

    /// Whether the network between can read or change what is sent.
    public var isEncrypted: Bool { self != .plain }

    /// For example "not encrypted", or "TLS 1.3, TLS_AES_128_GCM_SHA256, verified by its public key".
    public var description: String {
        switch self {
        case .plain: "not encrypted"
        case .encrypted(let peer): peer.description
        }
    }
}
