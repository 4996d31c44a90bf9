/// How a client verifies a server.
public enum TLSTrust: Sendable, Hashable {
    /// The system's certificate authorities, the server's name and the date: for public names.
    case system
    /// The authorities of a PEM file, the server's name and the date. The file may also have the
    /// server's own certificate.
    case authority(file: String)
    /// The server's public key. Neither names nor dates are judged.
    case pin(PublicKeyPin)
    /// The keys that a file remembers, by host and port, as ssh does: see ``KnownServers``.
    case knownServers(file: String)

    /// The key that an invite names.
    public static func invite(_ invite: Invite) -> TLSTrust { .pin(invite.pin) }
}

/// A client's trust could not be loaded.
public enum TLSTrustError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A file could not be read.
    case file(SecurityFileError)
    /// The file has no certificate in PEM.
    case noCertificate(path: String)
    /// A line of a file of known servers is damaged; the first one is 1.
    case damagedLine(path: String, line: Int)
    /// The host is neither a name nor an address.
    case invalidHost(String)
    /// OpenSSL could not do it: there is no memory.
    case unavailable

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .noCertificate(let path): "\(path) has no certificate in PEM"
        case .damagedLine(let path, let line): "line \(line) of \(path) is not \"host:port key\""
        case .invalidHost(let host): "\"\(host)\" is neither a host name nor an address"
        case .unavailable: "OpenSSL could not load the certificate authorities"
        }
    }
}
