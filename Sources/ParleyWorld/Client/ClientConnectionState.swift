public import ParleySockets

/// Whether a client is connected to its server.
public enum ClientConnectionState: Hashable, Sendable {
    /// The server has not let the player in yet.
    case joining
    /// The player is in, and the server was heard within the last second.
    case playing
    /// The player is in, and nothing has come from the server since this moment of the client's
    /// network, for a second or longer.
    ///
    /// The connection may still be there: the client asks four times a second, and gives it up
    /// after `GameClientConfiguration.serverTimeout`.
    case silent(since: NetworkInstant)
    /// The connection is lost, since this moment of the client's network, and the client tries to
    /// get another one. The game goes on.
    case reconnecting(since: NetworkInstant)
    /// The session is over.
    case ended
}
