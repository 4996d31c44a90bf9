import ParleyProtocol

/// All that one tick brings to the world.
struct TurnInput<Game: GameProtocol>: Sendable {
    let step: TickStep
    let requests: [(player: PlayerID, request: Game.Request)]
    let leaves: [Departure]
    let joins: [Player]
    let commands: [PlayerCommand<Game.Command>]
    /// Whether plain clients are to be shown the world after it.
    let wantsSnapshot: Bool
    /// The predicting clients that are to be shown it.
    let watchers: [PlayerID]
}

/// A player who is gone, and why.
struct Departure: Hashable, Sendable {
    let player: PlayerID
    let reason: LeaveReason
}

/// What the world answers, in the order in which it happened.
enum TurnEvent<Game: GameProtocol>: Sendable {
    case joined(PlayerID)
    case refused(PlayerID, JoinRefusal)
    case notices([Outgoing<Game.Notice>])
}

/// What came of a tick.
struct TurnOutcome<Game: GameProtocol>: Sendable {
    var events: [TurnEvent<Game>] = []
    var snapshot: Game.Snapshot?
    var show: WorldShow?
}

extension World {
    /// One tick: the only call that a server makes into its world, so nothing comes in between.
    ///
    /// Notices are drained before each join, which makes those of a newcomer the ones that follow.
    func takeTurn(_ input: TurnInput<Game>) -> TurnOutcome<Game> {
        var outcome = TurnOutcome<Game>()
        timeline.advance(to: input.step.tick)
        for (player, request) in input.requests { receive(request, from: player) }
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
        if !input.watchers.isEmpty {
            outcome.show = show(at: input.step.tick, to: input.watchers)
        }
        return outcome
    }

    /// Those who left, at a tick or when the server ends.
    func takeLeaves(_ leaves: [Departure]) {
        for departure in leaves { leave(departure.player, because: departure.reason) }
    }
}
