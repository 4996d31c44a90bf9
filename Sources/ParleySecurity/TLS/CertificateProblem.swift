/// The reason why a peer's certificate is refused.
public enum CertificateProblem: Sendable, Hashable, CustomStringConvertible {
    /// It is for other names than the one that was asked for.
    case wrongName(expected: String)
    /// Its last day has passed.
    case expired
    /// Its first day is yet to come; a wrong clock at this end looks the same.
    case notYetValid
    /// No authority that the client trusts has signed it.
    case untrusted
    /// Its authority has withdrawn it.
    case revoked
    /// Anything else, in OpenSSL's words.
    case other(String)

    /// The rest of a sentence that begins with "the peer's certificate".
    public var description: String {
        switch self {
        case .wrongName(let expected): "is not for \(expected)"
        case .expired: "has expired"
        case .notYetValid: "is not valid yet (or this machine's clock is wrong)"
        case .untrusted: "is not signed by an authority that this program trusts"
        case .revoked: "was revoked"
        case .other(let text): "does not do: \(text)"
        }
    }
}
