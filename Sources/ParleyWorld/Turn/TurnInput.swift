public import ParleyProtocol

/// All that one tick brings to the world.
public struct TickInput<Game: GameProtocol>: Sendable {
    /// The step, which runs last.
    public var step: TickStep
    /// Requests, in the order in which the world receives them.
    public var requests: [PlayerRequest<Game.Request>]
    /// The players who have left since the last turn.
    public var leaves: [Departure]
    /// The players who want to be let in.
    public var joins: [JoinRequest<Game>]
    /// The step's commands: by player, and each player's by sequence.
    public var commands: [PlayerCommand<Game.Command>]
    /// Whether plain clients are to get a snapshot of the world after it.
    public var wantsSnapshot: Bool
    /// The predicting clients that are to get one.
    public var watchers: [PlayerID]
    /// Whether the state is wanted even without watchers, because it is recorded.
    public var wantsWorldSnapshot: Bool

    /// The input of a turn.
    public init(
        step: TickStep, requests: [PlayerRequest<Game.Request>] = [], leaves: [Departure] = [],
        joins: [JoinRequest<Game>] = [], commands: [PlayerCommand<Game.Command>] = [],
        wantsSnapshot: Bool = false, watchers: [PlayerID] = [], wantsWorldSnapshot: Bool = false
    ) {
        self.step = step
        self.requests = requests
        self.leaves = leaves
        self.joins = joins
        self.commands = commands
        self.wantsSnapshot = wantsSnapshot
        self.watchers = watchers
        self.wantsWorldSnapshot = wantsWorldSnapshot
    }
}

/// A request and its player.
public struct PlayerRequest<Request: Sendable>: Sendable {
    /// The player who sent it.
    public let player: PlayerID
    /// The request.
    public let request: Request

    /// A request of a player.
    public init(player: PlayerID, request: Request) {
        self.player = player
        self.request = request
    }
}
