/// The result of a handshake: the cipher, and how the peer was verified.
public struct TLSPeer: Sendable, Hashable, CustomStringConvertible {
    /// How the peer was verified.
    public enum Verification: String, Sendable, Hashable {
        /// Its name, by an authority that the system trusts.
        case system
        /// Its name, by an authority that this client was given.
        case authority
        /// Its public key.
        case publicKey
        /// Its name, by the authority of a realm of servers, which has verified this end, too.
        case realm
        /// Not verified: players have no certificates, and a server does not ask for them.
        case none
    }

    /// How the peer was verified.
    public let verification: Verification
    /// The peer's public key; nil for a player.
    public let key: PublicKeyPin?
    /// The name in the certificate of a realm's server; nil for others.
    public let name: String?
    /// The cipher, by its name in TLS: `TLS_AES_128_GCM_SHA256`.
    public let cipher: String

    /// "TLS 1.3, TLS_AES_128_GCM_SHA256, verified by its public key".
    public var description: String {
        let how =
            switch verification {
            case .system: "verified by the system's authorities"
            case .authority: "verified by the given authority"
            case .publicKey: "verified by its public key"
            case .realm: "verified as \(name ?? "a server") of this realm"
            case .none: "a player"
            }
        return "TLS 1.3, \(cipher), \(how)"
    }
}
