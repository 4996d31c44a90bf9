public import ParleySockets

/// Whether a client is connected to its server.
public enum ClientConnectionState: Hashable, Sendable {
    /// The server has not let the player in yet.
    case joining
    /// The player is in.
    case playing
    /// The connection is lost, since this moment of the client's network, and the client tries to
    /// get another one. The game goes on.
    case reconnecting(since: NetworkInstant)
    /// The session is over.
    case ended
}
