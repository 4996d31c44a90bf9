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

/// What a client does before the server has let the player in.
public enum JoiningStep: Hashable, Sendable {
    /// It looks up the server's name, or has not begun to.
    case resolving
    /// It connects to the server's addresses.
    case connecting
    /// It is connected, has sent its hello, and waits for the server's answer.
    case waitingForServer
}
