public import ParleySockets

/// Whether a client is connected to its server.
///
/// The instants are those of the client's network. A view should show every state but `playing`: the
/// world looks alive for a while after the server is gone.
public enum ClientConnectionState: Hashable, Sendable {
    /// The server has not let the player in yet: the step of joining, and its begin.
    case joining(JoiningStep, since: NetworkInstant)
    /// The player is in, and the server was heard within the last second.
    case playing
    /// The player is in, and nothing has come from the server for a second or longer, neither over
    /// TCP nor over UDP, since this moment.
    ///
    /// The connection may still be there: the client asks four times a second, and gives it up
    /// after `GameClientConfiguration.serverTimeout`.
    case silent(since: NetworkInstant)
    /// The player is in, TCP works, and no UDP datagram has come from the server since this moment.
    ///
    /// Something on the way blocks UDP, a firewall usually. The game goes on through TCP, where a lost packet
    /// delays those behind it; the client goes on trying UDP.
    case playingOverTCP(since: NetworkInstant)
    /// The connection is lost, since this moment, and the client tries to get another one. The game
    /// goes on.
    case reconnecting(since: NetworkInstant)
    /// The session is over.
    case ended
}

extension ClientConnectionState: CustomStringConvertible {
    /// The state in words for a player, without times: "reconnecting".
    public var description: String {
        switch self {
        case .joining(.resolving, _): "looking up the server"
        case .joining(.connecting, _): "connecting"
        case .joining(.waitingForServer, _): "connected, no answer yet"
        case .playing: "playing"
        case .silent: "no answer"
        case .playingOverTCP: "playing over TCP: UDP is blocked"
        case .reconnecting: "connection lost, reconnecting"
        case .ended: "the session has ended"
        }
    }

    /// The state in words for a player, with the whole seconds that it has lasted: "no answer for 2 s".
    ///
    /// - Parameters:
    ///   - now: The present, by the clock of the client's network.
    ///   - server: The server's name for the player, where the text has a place for it.
    public func text(at now: NetworkInstant, server: String? = nil) -> String {
        func seconds(_ since: NetworkInstant) -> String {
            "\(since.duration(to: now).components.seconds) s"
        }
        let to = server.map { " to \($0)" } ?? ""
        return switch self {
        case .joining(.resolving, let since):
            "looking up \(server ?? "the server") … \(seconds(since))"
        case .joining(.connecting, let since): "connecting\(to) … \(seconds(since))"
        case .joining(.waitingForServer, let since):
            "connected\(to), no answer for \(seconds(since))"
        case .silent(let since): "no answer for \(seconds(since))"
        case .playingOverTCP(let since):
            "playing over TCP for \(seconds(since)): UDP is blocked"
        case .reconnecting(let since): "connection lost \(seconds(since)) ago, reconnecting …"
        case .playing, .ended: description
        }
    }
}

/// What a client does before the server has let the player in.
public enum JoiningStep: Hashable, Sendable {
    /// It looks up the server's name, or has not begun to.
    case resolving
    /// It connects to the server's addresses.
    case connecting
    /// It is connected, has sent its hello, and waits for the server's answer.
    case waitingForServer
}
