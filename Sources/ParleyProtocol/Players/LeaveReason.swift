/// The reason why a player is no longer in the game.
///
/// Its texts may hold what a peer sent. A server cuts them to 1,000 bytes and escapes all
/// characters that are not printable (``PrintableText``), so they are fit for a log.
public enum LeaveReason: Hashable, Sendable, CustomStringConvertible {
    /// The player said so.
    case left
    /// The TCP connection ended without a word, and the player did not come back in time.
    case connectionLost
    /// Nothing came from the player for `playerTimeout`, nor another connection in time.
    case idle
    /// The game or the server disconnected the player; the text says why.
    case kicked(String)
    /// The player sent what the protocol does not allow; the text says what.
    case protocolViolation(String)
    /// The server is shutting down.
    case serverStopping

    /// The reason in words.
    public var description: String {
        switch self {
        case .left: "left"
        case .connectionLost: "connection lost"
        case .idle: "nothing heard for too long"
        case .kicked(let text): "kicked: \(text)"
        case .protocolViolation(let text): "protocol violation: \(text)"
        case .serverStopping: "the server is shutting down"
        }
    }
}
