/// An authority or a server's credentials could not be made, read or written.
public enum RealmError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A file could not be used, or OpenSSL could not do it.
    case identity(TLSIdentityError)
    /// The file is an identity that signs no certificates.
    case notAnAuthority(path: String)
    /// The file has no certificate with a name that the authority in it has signed.
    case notOfARealm(path: String)
    /// This cannot be a server's name.
    case invalidName(String)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .identity(let error): error.description
        case .notAnAuthority(let path): "\(path) is not the authority of a realm"
        case .notOfARealm(let path):
            "\(path) is not a server's key, its certificate and that of its realm's authority"
        case .invalidName(let name): "\"\(name)\" cannot be the name of a realm's server"
        }
    }
}
