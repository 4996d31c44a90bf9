/// The text by which players find and verify a server: its address and its public key.
///
/// `parley:host:port#` is followed by the 26 characters of its ``PublicKeyPin``, and optionally by a
/// full stop and the 26 characters of a ``JoinSecret``. A client that has the pin needs no authority:
/// neither the certificate's names nor its dates are judged.
public struct Invite: Sendable, Hashable, CustomStringConvertible {
    /// The server's name or address, without brackets.
    public let host: String
    /// The server's TCP port.
    public let port: UInt16
    /// The server's public key.
    public let pin: PublicKeyPin
    /// The secret that a client presents to the server, once it is verified; nil for a server that lets
    /// in anyone.
    public let joinSecret: JoinSecret?

    /// An invite to a server.
    ///
    /// - Throws: ``InviteError`` where the host is no name and no address, or the port is 0.
    public init(
        host: String, port: UInt16, pin: PublicKeyPin, joinSecret: JoinSecret? = nil
    ) throws(InviteError) {
        guard HostName.isValid(host) else { throw .invalidHost }
        guard port > 0 else { throw .invalidPort }
        self.host = host
        self.port = port
        self.pin = pin
        self.joinSecret = joinSecret
    }

    /// The whole invite, with the join secret. It is for invited players, and not for logs.
    public var text: String {
        description + (joinSecret.map { "." + $0.text } ?? "")
    }

    /// The invite without its join secret.
    public var description: String {
        "parley:\(host.contains(":") ? "[\(host)]" : host):\(port)#\(pin)"
    }
}

/// A text is no invite.
public enum InviteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It is longer than any invite, in bytes.
    case tooLong(limit: Int)
    /// It does not have the form `parley:host:port#pin`.
    case malformed
    /// The host is neither a name nor an address.
    case invalidHost
    /// The port is not 1…65535.
    case invalidPort
    /// The part behind `#` is no pin: 26 letters or digits from 2 to 7.
    case invalidPin
    /// The part behind the full stop is no join secret.
    case invalidJoinSecret

    /// What is wrong, in a sentence.
    public var description: String {
        switch self {
        case .tooLong(let limit): "an invite has at most \(limit) bytes"
        case .malformed: "an invite looks like parley:host:port#key"
        case .invalidHost: "the invite names no host that can exist"
        case .invalidPort: "the invite's port is not 1…65535"
        case .invalidPin:
            "the invite's key is damaged: 26 letters or digits from 2 to 7 are expected"
        case .invalidJoinSecret: "the invite's secret behind the full stop is damaged"
        }
    }
}
