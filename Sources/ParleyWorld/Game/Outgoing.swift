public import ParleyProtocol

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

/// A notice to deliver, and its recipients.
public struct Outgoing<Notice: Sendable>: Sendable {
    /// The players that get the notice.
    public let recipients: Recipients

    /// The notice.
    public let notice: Notice

    /// Creates a notice for these players.
    public init(_ notice: Notice, to recipients: Recipients = .all) {
        self.recipients = recipients
        self.notice = notice
    }
}
