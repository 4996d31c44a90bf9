/// The players that a notice is for.
public enum Recipients: Hashable, Sendable {
    /// All players who are in.
    case all
    /// One player, if that player has not left meanwhile.
    case player(PlayerID)
    /// All players but one.
    case allExcept(PlayerID)

    /// Whether the notice is for this player.
    public func include(_ player: PlayerID) -> Bool {
        switch self {
        case .all: true
        case .player(let only): only == player
        case .allExcept(let other): other != player
        }
    }
}

/// A notice that the world wants to be delivered.
public struct Outgoing<Notice: Sendable>: Sendable {
    /// Its recipients.
    public let recipients: Recipients

    /// The notice.
    public let notice: Notice

    /// A notice for these players.
    public init(_ notice: Notice, to recipients: Recipients = .all) {
        self.recipients = recipients
        self.notice = notice
    }
}
