/// The recipients of a notice.
public enum Recipients: Hashable, Sendable {
    /// All players.
    case all
    /// One player, unless that player has left.
    case player(PlayerID)
    /// All players but one.
    case allExcept(PlayerID)

    /// Returns whether a player is among the recipients.
    public func include(_ player: PlayerID) -> Bool {
        switch self {
        case .all: true
        case .player(let only): only == player
        case .allExcept(let other): other != player
        }
    }
}
