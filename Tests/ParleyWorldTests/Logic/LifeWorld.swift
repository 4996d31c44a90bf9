import ParleyProtocol
import ParleySockets
import ParleyWorld
import Synchronization

/// A busy world whose events are random by a seed, and which records them.
actor LifeWorld: World {
    typealias Game = WalkGame

    /// What happens in it.
    enum Happening: Hashable, Sendable {
        case entered(area: Int)
        case bell
    }

    let timeline = WorldTimeline()
    private var generator: SeededGenerator
    /// Entries of creature, deed and tick, in their order.
    private(set) var trace: [String] = []
    private(set) var steps: UInt32 = 0

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    func note(_ who: String, _ what: String) {
        trace.append("\(timeline.tick.number) \(who) \(what)")
    }

    func chance(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }

    // MARK: The turn

    func join(_ request: JoinRequest<Game>) throws(JoinRefusal) { note(request.name, "joins") }
    func leave(_ player: PlayerID, because reason: LeaveReason) {}
    func receive(_ request: WalkGame.Request, from player: PlayerID) { note("\(player)", "asks") }

    func advance(_ step: TickStep, commands: [PlayerCommand<WalkGame.Command>]) {
        steps += 1
        note("step", "\(steps)")
        for command in commands { note("\(command.player)", "\(command.command.step)") }
        if steps.isMultiple(of: 7) { emit(Happening.entered(area: chance(0...3))) }
        if steps.isMultiple(of: 50) { retire("mayfly \(steps / 50)") }
    }

    func snapshot() -> WalkGame.Snapshot { WalkGame.Snapshot() }
    func takeNotices() -> [Outgoing<WalkGame.Notice>] { [] }

    // MARK: The logic

    func run() async throws {
        note("run", "begins")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<6 { group.addTask { try await self.wander("w\(index)") } }
            for index in 0..<3 { group.addTask { try await self.listen("l\(index)", area: index) } }
            group.addTask { try await self.hopAround("hopper") }
            group.addTask(priority: .background) { try await self.wander("idler") }
            group.addTask(priority: .high) { try await self.wander("eager") }
            group.addTask { try await self.ring() }
            group.addTask { try await self.mayflies() }
            try await group.waitForAll()
        }
    }

    private func wander(_ name: String) async throws {
        while true {
            try await sleep(ticks: chance(1...9))
            note(name, "wakes \(chance(0...99))")
        }
    }

    private func listen(_ name: String, area: Int) async throws {
        while true {
            try await next(Happening.entered(area: area))
            note(name, "hears of \(area)")
            let other = try await next(Happening.self) { $0 != .entered(area: area) }
            note(name, "hears \(other)")
        }
    }

    /// Children and yields: all within one tick.
    private func hopAround(_ name: String) async throws {
        while true {
            try await sleep(ticks: chance(1...4))
            let begin = timeline.tick
            note(name, "begins")
            await Task.yield()
            async let first = chore(1)
            async let second = chore(2)
            note(name, "has \(await first + second)")
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<3 { group.addTask { await self.note(name, "child \(index)") } }
            }
            note(name, begin == timeline.tick ? "ends" : "ENDS LATE")
        }
    }

    @concurrent private nonisolated func chore(_ value: Int) async -> Int { value * value }

    private func ring() async throws {
        while true {
            let goal = steps + UInt32(chance(3...20))
            try await until { world in world.steps >= goal }
            note("ringer", "rings")
            emit(Happening.bell)
        }
    }

    /// Each lives for fifty steps, and is followed by the next.
    private func mayflies() async throws {
        for number in 1... {
            let ending = try await whilePresent("mayfly \(number)") { world in
                try await world.wander("mayfly \(number)")
            }
            note("mayfly \(number)", "\(ending)")
        }
    }
}

extension [String] {
    /// What happened up to and including this tick.
    func through(tick: UInt32) -> [String] {
        Array(prefix { (UInt32($0.prefix { $0 != " " }) ?? 0) <= tick })
    }
}
