import ParleySockets

/// All that one tick brings to the world.
public struct TickInput<Game: GameProtocol>: Sendable {
    /// The step, which is the last thing to happen in the turn.
    public var step: TickStep
    /// Requests in the order in which the world receives them.
    public var requests: [PlayerRequest<Game.Request>]
    /// Who has left since the last turn.
    public var leaves: [Departure]
    /// Who wants to be let in.
    public var joins: [Player]
    /// What the step is called with: by player, and each player's by sequence.
    public var commands: [PlayerCommand<Game.Command>]
    /// Whether plain clients are to be shown the world after it.
    public var wantsSnapshot: Bool
    /// The predicting clients that are to be shown it.
    public var watchers: [PlayerID]
    /// Whether what there is to see is asked for though nobody watches: because it is recorded.
    public var wantsWorldSnapshot: Bool

    /// A turn of these.
    public init(
        step: TickStep, requests: [PlayerRequest<Game.Request>] = [], leaves: [Departure] = [],
        joins: [Player] = [], commands: [PlayerCommand<Game.Command>] = [],
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

/// A request and who sent it.
public struct PlayerRequest<Request: Sendable>: Sendable {
    /// Who sent it.
    public let player: PlayerID
    /// What the player wants.
    public let request: Request

    /// A request of a player.
    public init(player: PlayerID, request: Request) {
        self.player = player
        self.request = request
    }
}

/// A player who is gone, and why.
public struct Departure: Hashable, Sendable {
    /// Who it was.
    public let player: PlayerID
    /// Why they went.
    public let reason: LeaveReason

    /// A player has gone for this reason.
    public init(player: PlayerID, reason: LeaveReason) {
        self.player = player
        self.reason = reason
    }
}

/// What the world answers, in the order in which it happened.
public enum TickEvent<Game: GameProtocol>: Sendable {
    /// The world let a player in.
    case joined(PlayerID)
    /// It did not.
    case refused(PlayerID, JoinRefusal)
    /// It wants these delivered.
    case notices([Outgoing<Game.Notice>])
}

/// What came of a tick.
public struct TickOutcome<Game: GameProtocol>: Sendable {
    /// Joins, refusals and notices, in the order in which they happened.
    public var events: [TickEvent<Game>] = []
    /// What plain clients see after the step, where it was asked for.
    public var snapshot: Game.Snapshot?
    /// What predicting clients see after it, if there were any to watch or it was asked for.
    public var worldSnapshot: WorldSnapshot?

    /// Nothing came of it.
    public init() {}

    /// The notices of the whole turn.
    public var notices: [Outgoing<Game.Notice>] {
        events.flatMap { event -> [Outgoing<Game.Notice>] in
            guard case .notices(let notices) = event else { return [] }
            return notices
        }
    }
}

extension World {
    /// One tick: the logic that is due, and when all of it waits again, the turn.
    ///
    /// The one way in which a world goes on, for a server, a `WorldDriver` and a replay alike. In a
    /// tick without logic that is due it is a single call into the world.
    nonisolated func runTurn(_ input: TickInput<Game>) async -> TickOutcome<Game> {
        var budget = WorldTimeline.jobsPerTick
        while true {
            // Logic that was woken has queued up for the world's actor; the next call comes after.
            if let outcome = await attemptTurn(input, &budget) { return outcome }
        }
    }

    /// The turn, or nil when logic has to run before it, which then waits for the world's actor.
    ///
    /// The logic's jobs run here until each needs the world. That is busy with this call, so they
    /// queue up for it in their order, and no other executor has a say in it.
    private func attemptTurn(
        _ input: TickInput<Game>, _ budget: inout Int
    ) -> TickOutcome<Game>? {
        let hasRun = timeline.logic.runAll(within: &budget) {
            if timeline.tick != input.step.tick { timeline.advance(to: input.step.tick) }
        }
        return hasRun ? nil : takeTurn(input)
    }

    /// The logic that can go on, outside of any tick, until all of it waits.
    nonisolated func settle() async {
        var budget = WorldTimeline.jobsPerTick
        while await runLogic(&budget) {}
    }

    private func runLogic(_ budget: inout Int) -> Bool { timeline.logic.runAll(within: &budget) }

    /// What comes after the logic: nothing runs in between.
    ///
    /// Notices are drained before each join, which makes those of a newcomer the ones that follow.
    private func takeTurn(_ input: TickInput<Game>) -> TickOutcome<Game> {
        var outcome = TickOutcome<Game>()
        for request in input.requests { receive(request.request, from: request.player) }
        takeLeaves(input.leaves)
        for player in input.joins {
            outcome.events.append(.notices(takeNotices()))
            do {
                try join(player)
                outcome.events.append(.joined(player.id))
            } catch {
                outcome.events.append(.refused(player.id, error))
            }
        }
        advance(input.step, commands: input.commands)
        outcome.events.append(.notices(takeNotices()))
        if input.wantsSnapshot { outcome.snapshot = snapshot() }
        if input.wantsWorldSnapshot || !input.watchers.isEmpty {
            outcome.worldSnapshot = worldSnapshot(at: input.step.tick, for: input.watchers)
        }
        return outcome
    }

    /// Those who left, at a tick or when the server ends.
    func takeLeaves(_ leaves: [Departure]) {
        for departure in leaves { leave(departure.player, because: departure.reason) }
    }
}
