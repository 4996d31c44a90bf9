package import Parley

/// A player that is a program: it hears notices, looks around, walks and chats.
package actor Bot {
    package nonisolated let id: EntityID
    private let watcher: (any BotWatcher)?
    private var scene = ArenaScene()
    private var brain: BotBrain
    private var chance: SeededGenerator

    /// Decisions a second.
    package static let thoughts = 10.0

    /// - Parameters:
    ///   - player: The player that it is.
    ///   - seed: The seed of its decisions.
    ///   - watcher: Gets everything that it hears and sees.
    package init(_ player: Player, seed: UInt64, watcher: (any BotWatcher)? = nil) {
        id = EntityID(player.id)
        self.watcher = watcher
        brain = BotBrain(me: id, seed: seed)
        chance = SeededGenerator(seed: seed)
    }

    /// Plays until the session ends or the task is cancelled.
    package nonisolated func play(_ client: PredictingClient<ArenaRules>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listen(client) }
            group.addTask { await self.act(client) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Follows the notices until the session ends, and comments on some.
    private func listen(_ client: PredictingClient<ArenaRules>) async throws {
        for await notice in client.notices {
            watcher?.heard(notice)
            scene.apply(notice)
            if let remark = remark(on: notice) { try await client.request(.chat(remark)) }
        }
    }

    /// Decides until the session ends. A decision holds until the next one.
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

    /// The name of the `index`-th bot, counted from 0.
    package static func name(_ index: Int) -> String { names[index % names.count] }
}

/// An observer of a bot. It gets what the bot hears and sees before the bot acts on it.
package protocol BotWatcher: Sendable {
    /// Called with each notice.
    func heard(_ notice: ArenaMessages.Notice)
    /// Called with each frame that the bot looks at.
    func saw(_ frame: GameFrame<ArenaRules>)
    /// Whether the bot is to stand still.
    var isResting: Bool { get }
}
