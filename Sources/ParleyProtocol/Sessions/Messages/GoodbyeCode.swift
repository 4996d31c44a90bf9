/// The reason why a server ends a session, as it travels.
public enum GoodbyeCode: UInt8, Hashable, Sendable, CaseIterable {
    /// The server is shutting down.
    case serverStopping = 0
    /// The player was not let in.
    case refused = 1
    /// The game disconnected the player, or the player does not read what the server sends.
    case kicked = 2
    /// The player sent what the protocol does not allow.
    case protocolViolation = 3
    /// Nothing came from the player for too long.
    case idle = 4
    /// The session continues on another connection.
    case replaced = 5
    /// The session cannot continue on this connection: it is over, or the client missed more
    /// notices than the server keeps.
    case notResumed = 6
}
