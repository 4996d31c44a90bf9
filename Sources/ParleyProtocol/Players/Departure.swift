/// A player who has left, and the reason.
public struct Departure: Hashable, Sendable {
    /// The player.
    public let player: PlayerID
    /// The reason.
    public let reason: LeaveReason

    /// A player who has left for this reason.
    public init(player: PlayerID, reason: LeaveReason) {
        self.player = player
        self.reason = reason
    }
}
