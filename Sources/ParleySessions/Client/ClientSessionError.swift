public import ParleyDatagrams
public import ParleyProtocol
import ParleySecurity
public import ParleySockets

/// Why a client is not, or no longer, in a session.
public enum ClientSessionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The server could not be reached.
    case cannotConnect(ConnectError)
    /// This machine has no UDP socket to give.
    case cannotOpenSocket(OpenError)
    /// The server did not let the player in; its text says why.
    case refused(String)
    /// The server ended the session; its text says why. With the code `.notResumed`, the connection was lost
    /// before, and the server cannot continue the session: it was restarted, for example.
    case goodbye(Goodbye)
    /// The connection ended without a word.
    case connectionLost(CloseReason)
    /// The connection was lost for the reason inside, and no other could be made within
    /// `GameClientConfiguration.reconnectsFor`.
    indirect case notReconnected(within: Duration, after: ClientSessionError)
    /// The server accepted the connection and did not answer the hello for so long.
    case noAnswer(Duration)
    /// Nothing came from the server for so long, neither over TCP nor over UDP.
    case serverSilent(Duration)
    /// The server sent a message that the protocol does not allow.
    case protocolViolation(String)
    /// The message could not be encoded.
    case unsendable(DatagramError)
    /// `run()` works once; make another client for another session.
    case alreadyRun
    /// There is no session: not yet, or no longer.
    case notJoined

    /// The reason in words, with the server's text where it gave one.
    public var description: String {
        switch self {
        case .cannotConnect(.security(let failure)): Self.sentence(on: failure)
        case .cannotConnect(let error): "\(error)"
        case .cannotOpenSocket(let error): "\(error)"
        case .refused(let text): "the server refused: \(text)"
        case .goodbye(let goodbye) where goodbye.code == .notResumed:
            "the connection was lost, and the server does not know the session any more: it was restarted, or the "
                + "player was away for too long (\(goodbye.text))"
        case .goodbye(let goodbye): "the server said goodbye: \(goodbye.text)"
        case .connectionLost(let reason): "the connection was lost: \(reason)"
        case .notReconnected(let time, .connectionLost(let reason)):
            "the connection was lost, and \(time) of trying brought no other (\(reason))"
        case .notReconnected(let time, let error):
            "the connection was lost, and \(time) of trying brought no other (\(error))"
        case .noAnswer(let time): "the server did not answer within \(time)"
        case .serverSilent(let time): "nothing came from the server for \(time)"
        case .protocolViolation(let text): "the server sent what it must not: \(text)"
        case .unsendable(let error): "cannot send: \(error)"
        case .alreadyRun: "a game client runs once"
        case .notJoined: "the client is not in a game"
        }
    }
}

extension ClientSessionError {
    /// Why the server is not trusted. Nothing of the game was sent to it.
    private static func sentence(on failure: SecurityFailure) -> String {
        switch failure.tls {
        case .notTLS?:
            "this server does not encrypt: name its encrypted port, or ask for a plain session by name "
                + "(security: .none)"
        case .endedInHandshake?: "\(failure): does this server encrypt?"
        default: "the server is not verified: \(failure)"
        }
    }

    /// The error of a server whose certificate or key is not the expected one; nil for other errors.
    static func distrust(_ error: ConnectError) -> ClientSessionError? {
        guard case .security(let failure) = error else { return nil }
        switch failure.tls {
        case .certificate?, .wrongKey?: return .cannotConnect(error)
        default: return nil
        }
    }

    /// Whether the network is the reason, which may pass.
    var isInterruption: Bool {
        switch self {
        case .connectionLost(.local): false
        case .connectionLost, .serverSilent: true
        default: false
        }
    }

    /// Whether the server took too long to answer.
    var isNoAnswer: Bool {
        if case .noAnswer = self { true } else { false }
    }
}
