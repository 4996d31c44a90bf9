package import Parley

/// A player that is a program: hears notices, sees snapshots, walks, and talks a little.
package actor Bot {
    package nonisolated let id: EntityID
    private let seed: UInt64
    private let watcher: (any BotWatcher)?
    private var scene = ArenaScene()
    private var brain: BotBrain?
    private var chance: SeededGenerator
    private var command = ArenaMessages.Command(.stand)
    private var snapshots = 0

    /// - Parameters:
    ///   - player: Whom it plays.
    ///   - seed: Where its chance comes from.
    ///   - watcher: Who is told what it hears and sees.
    package init(_ player: Player, seed: UInt64, watcher: (any BotWatcher)? = nil) {
        id = EntityID(player.id)
        self.seed = seed
        self.watcher = watcher
        chance = SeededGenerator(seed: seed)
    }

    /// Plays until the session ends, or until it is cancelled.
    package nonisolated func play(_ client: GameClient<ArenaMessages>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listen(client) }
            group.addTask { try await self.act(client) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Follows the notices until the session ends, and says something now and then.
    private func listen(_ client: GameClient<ArenaMessages>) async throws {
        for await notice in client.notices {
            watcher?.heard(notice)
            scene.apply(notice)
            if case .map(let map) = notice {
                let routes = map == .courtyard ? .courtyard : RouteMap(map)
                brain = BotBrain(me: id, routes: routes, seed: seed)
            }
            if let remark = remark(on: notice) { try await client.request(.chat(remark)) }
        }
    }

    /// Answers every snapshot with a command until the session ends.
    private func act(_ client: GameClient<ArenaMessages>) async throws {
        for await state in client.snapshots {
            watcher?.saw(state)
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

extension Bot {
    private static let names = [
        "Ada", "Grace", "Alan", "Radia", "Edsger", "Barbara", "Dennis", "Joan", "Vint", "Margaret",
        "Donald", "Hedy", "Ken", "Karen", "Leslie", "Sophie",
    ]

    /// The name of the `index`-th bot of a crew, counted from 0.
    package static func name(_ index: Int) -> String { names[index % names.count] }
}

/// Somebody who is told what a bot hears and sees, before the bot does anything about it.
package protocol BotWatcher: Sendable {
    /// A notice has come.
    func heard(_ notice: ArenaMessages.Notice)
    /// A snapshot has come.
    func saw(_ state: TimedSnapshot<ArenaMessages.Snapshot>)
}
