public import ParleyProtocol

/// The world's output of a turn.
public enum TickEvent<Game: GameProtocol>: Sendable {
    /// The world let a player in.
    case joined(PlayerID)
    /// The world refused a player.
    case refused(PlayerID, JoinRefusal)
    /// Notices to deliver.
    case notices([Outgoing<Game.Notice>])
}

/// The result of a turn.
public struct TickOutcome<Game: GameProtocol>: Sendable {
    /// Joins, refusals and notices, in the order in which they happened.
    public var events: [TickEvent<Game>] = []
    /// The plain clients' snapshot after the step, if it was asked for.
    public var snapshot: Game.Snapshot?
    /// The predicting clients' snapshot after it, if there were watchers or it was asked for.
    public var worldSnapshot: WorldSnapshot?

    /// An empty outcome.
    public init() {}

    /// The notices of the whole turn.
    public var notices: [Outgoing<Game.Notice>] {
        events.flatMap { event -> [Outgoing<Game.Notice>] in
            guard case .notices(let notices) = event else { return [] }
            return notices
        }
    }
}
