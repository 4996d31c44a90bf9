import Parley

/// The NPC has become "it", so whatever it was doing ends.
struct Tagged: Error {}

/// What NPCs can do and see.
extension ArenaWorld {
    /// Lives by a habit, and chases whenever the NPC is "it".
    func live(as npc: EntityID, by habit: NPC.Habit) async throws {
        while true {
            do {
                try await habit(self, npc)
            } catch is Tagged {
                try await chase(self, npc)
            }
        }
    }

    /// Walks to a goal, around everything that is in the way.
    ///
    /// It returns on arrival (nearer than a metre: somebody may stand on the very spot), or when the
    /// patience is over.
    ///
    /// - Throws: `Tagged` as soon as the NPC is "it"; `CancellationError` when the server stops.
    func walk(
        _ npc: EntityID, to goal: Vector, within patience: Duration = .seconds(30)
    ) async throws {
        let thought = Duration.milliseconds(100)
        var spent = Duration.zero
        repeat {
            step(npc, towards: goal)
            try await rest(npc, for: thought)
            spent += thought
        } while goal.distance(to: state[npc]) > 1 && spent < patience
        steer(npc, .stand)
    }

    /// Waits in world time, as long as the NPC is left alone.
    ///
    /// - Throws: `Tagged` when the NPC is "it" before or after; `CancellationError` when the server
    ///   stops.
    func rest(_ npc: EntityID, for duration: Duration) async throws {
        guard state.it != npc else { throw Tagged() }
        try await sleep(for: duration)
        guard state.it != npc else { throw Tagged() }
    }

    /// Sets out towards a goal; ask again every tenth of a second.
    func step(_ npc: EntityID, towards goal: Vector, dash: Bool = false) {
        guard let body = state[npc] else { return }
        let direction = pilots[npc, default: Pilot()].direction(
            from: body.position, to: goal, routes: routes)
        steer(npc, Wish(direction: direction, dash: dash))
    }

    /// A free place by chance.
    func somewhere() -> Vector {
        state.map.randomPlace(using: &generator)
    }

    /// Who is "it", when near enough to be feared.
    func hunter(near npc: EntityID) -> Body? {
        guard let it = state.it, it != npc, let hunter = state[it],
            hunter.position.distance(to: state[npc]) < Tactics.fright
        else { return nil }
        return hunter
    }

    /// The nearest whom the NPC could tag.
    func prey(of npc: EntityID) -> Body? {
        state.bodies.filter { $0.id != npc && !$0.isImmune }
            .min { $0.position.distance(to: state[npc]) < $1.position.distance(to: state[npc]) }
    }

    /// Whoever has tagged most, other than the NPC itself.
    func hero(for npc: EntityID) -> Body? {
        state.bodies.filter { $0.id != npc }.max { ($0.score, $1.id) < ($1.score, $0.id) }
    }
}

extension Vector {
    func distance(to body: Body?) -> Double {
        body.map { distance(to: $0.position) } ?? .infinity
    }
}
