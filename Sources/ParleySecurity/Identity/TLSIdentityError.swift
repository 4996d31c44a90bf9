/// An identity could not be made.
public enum TLSIdentityError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A file could not be read or written.
    case file(SecurityFileError)
    /// The file for certificates has none at its beginning.
    case noCertificate
    /// The file for the key has none.
    case noKey
    /// The key is protected by a password, which a server that starts by itself cannot enter.
    case encryptedKey
    /// The key is not that of the first certificate.
    case keyOfAnotherCertificate
    /// The chain is longer than any authority's.
    case chainTooLong
    /// This is neither a name nor an address.
    case invalidName(String)
    /// OpenSSL could not do it: there is no memory, or no randomness.
    case unavailable

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .noCertificate: "the file has no certificate in PEM"
        case .noKey: "the file has no private key in PEM"
        case .encryptedKey: "the private key is protected by a password: remove it first"
        case .keyOfAnotherCertificate: "the private key is not that of the first certificate"
        case .chainTooLong: "the file has too many certificates"
        case .invalidName(let name): "\"\(name)\" is neither a host name nor an address"
        case .unavailable: "OpenSSL could not make an identity"
        }
    }
}
