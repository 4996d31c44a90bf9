import ArenaGame
import Parley

/// A player that is a program: hears notices, sees snapshots, walks, and talks a little.
actor Bot {
    nonisolated let id: EntityID
    private let seed: UInt64
    private var scene = ArenaScene()
    private var brain: BotBrain?
    private var chance: SeededGenerator
    private var command = ArenaMessages.Command(.stand)
    private var snapshots = 0

    init(_ player: Player, seed: UInt64) {
        id = EntityID(player.id)
        self.seed = seed
        chance = SeededGenerator(seed: seed)
    }

    /// Follows the notices until the session ends, and says something now and then.
    func listen(_ client: GameClient<ArenaMessages>) async throws {
        for await notice in client.notices {
            scene.apply(notice)
            if case .map(let map) = notice {
                let routes = map == .courtyard ? .courtyard : RouteMap(map)
                brain = BotBrain(me: id, routes: routes, seed: seed)
            }
            if let remark = remark(on: notice) { try await client.request(.chat(remark)) }
        }
    }

    /// Answers every snapshot with a command until the session ends.
    func play(_ client: GameClient<ArenaMessages>) async throws {
        for await state in client.snapshots {
            try await client.send(answer(to: state.snapshot))
        }
    }

    /// Thinks at every other snapshot, ten times a second; in between the last thought holds.
    private func answer(to snapshot: ArenaMessages.Snapshot) -> ArenaMessages.Command {
        snapshots += 1
        if snapshots.isMultiple(of: 2) {
            command = brain?.decide(snapshot) ?? command
        }
        return command
    }

    private func remark(on notice: ArenaMessages.Notice) -> String? {
        guard case .tagged(let tag) = notice, Int.random(in: 0..<3, using: &chance) == 0 else {
            return nil
        }
        if tag.tagger == id { return "Got you, \(scene.name(of: tag.tagged))!" }
        guard tag.tagged == id else { return nil }
        return ["Not again…", "Well run.", "Just you wait!"].randomElement(using: &chance)
    }
}
