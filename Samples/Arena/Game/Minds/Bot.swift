package import Parley

/// A player that is a program: hears notices, looks around, walks, and talks a little.
package actor Bot {
    package nonisolated let id: EntityID
    private let watcher: (any BotWatcher)?
    private var scene = ArenaScene()
    private var brain: BotBrain
    private var chance: SeededGenerator

    /// How often it looks around and thinks, a second.
    package static let thoughts = 10.0

    /// - Parameters:
    ///   - player: Whom it plays.
    ///   - seed: Where its chance comes from.
    ///   - watcher: Who is told what it hears and sees.
    package init(_ player: Player, seed: UInt64, watcher: (any BotWatcher)? = nil) {
        id = EntityID(player.id)
        self.watcher = watcher
        brain = BotBrain(me: id, seed: seed)
        chance = SeededGenerator(seed: seed)
    }

    /// Plays until the session ends, or until it is cancelled.
    package nonisolated func play(_ client: PredictingClient<ArenaRules>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listen(client) }
            group.addTask { await self.act(client) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Follows the notices until the session ends, and says something now and then.
    private func listen(_ client: PredictingClient<ArenaRules>) async throws {
        for await notice in client.notices {
            watcher?.heard(notice)
            scene.apply(notice)
            if let remark = remark(on: notice) { try await client.request(.chat(remark)) }
        }
    }

    /// Decides what to do until the session ends; in between the last decision holds.
    private func act(_ client: PredictingClient<ArenaRules>) async {
        for await frame in client.frames(perSecond: Self.thoughts) {
            watcher?.saw(frame)
            scene.apply(frame)
            let isResting = watcher?.isResting ?? false
            client.command = isResting ? ArenaRules.idle : brain.decide(scene.snapshot)
        }
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
    /// It looked around.
    func saw(_ frame: GameFrame<ArenaRules>)
    /// Whether the bot is to stand still.
    var isResting: Bool { get }
}
