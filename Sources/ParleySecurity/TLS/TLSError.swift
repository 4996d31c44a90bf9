/// The reason why a TLS connection ended.
public enum TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The peer speaks TLS, but not Parley: it did not agree on the protocol `parley/1` (ALPN).
    case noApplicationProtocol
    /// The peer speaks no TLS 1.3.
    case oldVersion
    /// The peer speaks HTTP without TLS.
    case plainHTTP
    /// What the peer sent is no TLS.
    case notTLS
    /// The peer's certificate is refused.
    case certificate(CertificateProblem)
    /// The server has another key than the expected one: it is another server, or it lost its key.
    case wrongKey(expected: PublicKeyPin, offered: PublicKeyPin)
    /// The server is not among the known ones. Nothing was sent to it.
    case unknownServer(offered: PublicKeyPin)
    /// The peer ended the connection with an alert (RFC 8446, section 6).
    case alert(TLSAlert)
    /// A record was changed on its way, or was not sealed by the peer.
    case corruptRecord
    /// The handshake has more bytes than any handshake needs.
    case handshakeTooLong(limit: Int)
    /// The peer sends records without data, or changes its keys, without end.
    case idleRecords
    /// The connection ended without the peer's close_notify: what arrived may not be all.
    case truncated
    /// The connection ended before the handshake did.
    case endedInHandshake
    /// The peer broke the protocol in some other way, in OpenSSL's words.
    case protocolViolation(String)
    /// There is no memory for a connection.
    case unavailable

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .noApplicationProtocol:
            "the peer speaks TLS but not Parley (no application protocol parley/1)"
        case .oldVersion: "the peer does not speak TLS 1.3"
        case .plainHTTP: "the peer speaks HTTP without TLS"
        case .notTLS: "the peer does not speak TLS: is its port a plain one?"
        case .certificate(let problem): "the peer's certificate \(problem)"
        case .wrongKey(let expected, let offered):
            "the server's key is \(offered), not \(expected): it is another server or has a new key"
        case .unknownServer(let offered): "the server is not known; its key is \(offered)"
        case .alert(let alert): "the peer ended the connection: \(alert)"
        case .corruptRecord: "a record was changed on its way"
        case .handshakeTooLong(let limit): "the handshake has more than \(limit) bytes"
        case .idleRecords: "the peer sends records without data, or changes keys, without end"
        case .truncated: "the peer vanished: its stream ended without close_notify"
        case .endedInHandshake: "the connection ended before the handshake did"
        case .protocolViolation(let text): "the peer broke the TLS protocol: \(text)"
        case .unavailable: "there is no memory for a TLS connection"
        }
    }
}
