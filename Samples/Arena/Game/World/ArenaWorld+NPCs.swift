import Parley

/// The NPC has become "it", which ends what it was doing.
struct Tagged: Error {}

/// The actions and senses of NPCs.
extension ArenaWorld {
    /// Follows a habit, and chases while the NPC is "it".
    func live(as npc: EntityID, by habit: NPC.Habit) async throws {
        while true {
            do {
                try await habit(self, npc)
            } catch is Tagged {
                try await chase(self, npc)
            }
        }
    }

    /// Walks to a goal, around obstacles, and through a door if the goal is in another area.
    ///
    /// It returns within a metre of the goal, because another walker may stand on the very spot, or
    /// after `patience`.
    ///
    /// - Throws: `Tagged` as soon as the NPC is "it"; `CancellationError` when the server stops.
    func walk(
        _ npc: EntityID, to goal: Spot, within patience: Duration = .seconds(30)
    ) async throws {
        let thought = Duration.milliseconds(100)
        var spent = Duration.zero
        repeat {
            step(npc, towards: goal)
            try await rest(npc, for: thought)
            spent += thought
        } while goal.distance(to: state[npc]) > 1 && spent < patience
        stand(npc)
    }

    /// Walks to a place of the courtyard.
    func walk(_ npc: EntityID, to goal: Vector) async throws {
        try await walk(npc, to: Spot(goal))
    }

    /// Waits in world time, unless the NPC is tagged.
    ///
    /// - Throws: `Tagged` when the NPC is "it" before or after; `CancellationError` when the server
    ///   stops.
    func rest(_ npc: EntityID, for duration: Duration) async throws {
        guard state.it != npc else { throw Tagged() }
        try await sleep(for: duration)
        guard state.it != npc else { throw Tagged() }
    }

    /// Sets out towards a goal. Callers repeat it every tenth of a second.
    func step(_ npc: EntityID, towards goal: Spot, dash: Bool = false) {
        guard let body = state[npc] else { return }
        let direction = pilots[npc, default: Pilot()].direction(
            from: body.spot, to: goal, by: guide)
        state.steer(npc, ArenaMessages.Command(Wish(direction: direction, dash: dash)))
    }

    func stand(_ npc: EntityID) {
        state.steer(npc, ArenaRules.idle)
    }

    /// A random free place, one time in four in another area.
    func somewhere(near npc: EntityID) -> Spot {
        let area = state[npc]?.area ?? Grounds.courtyard
        let isFar = Int.random(in: 0..<4, using: &generator) == 0
        let others = Area(state.grounds.areas.count)
        let goal = isFar ? Area.random(in: 0..<others, using: &generator) : area
        return state.grounds.randomSpot(in: goal, using: &generator)
    }

    /// The walker that is "it", when it is near enough to flee from.
    func hunter(near npc: EntityID) -> Walker? {
        guard let it = state.it, it != npc, let hunter = state[it],
            hunter.spot.distance(to: state[npc]) < Tactics.fright
        else { return nil }
        return hunter
    }

    /// A walker that the NPC could tag: the nearest in its area, else any.
    func prey(of npc: EntityID) -> Walker? {
        let others = state.everybody.filter {
            $0.id != npc && !$0.isImmune(at: timeline.tick)
        }
        return others.min { $0.spot.distance(to: state[npc]) < $1.spot.distance(to: state[npc]) }
    }

    /// The walker with the most tags, other than the NPC itself.
    func hero(for npc: EntityID) -> Walker? {
        state.everybody.filter { $0.id != npc }.max { ($0.score, $1.id) < ($1.score, $0.id) }
    }
}

extension Spot {
    func distance(to walker: Walker?) -> Double {
        walker.map { distance(to: $0.spot) } ?? .infinity
    }
}
