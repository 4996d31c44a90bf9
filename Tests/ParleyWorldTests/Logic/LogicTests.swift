import ParleyProtocol
import ParleyWorld
import Synchronization
import Testing

/// What logic waits for, one thing at a time, in a world that a driver runs.
@Suite(.timeLimit(.minutes(5))) struct LogicTests {
    private struct Broken: Error, Equatable {}
    private struct Rang: Hashable, Sendable { var bell: Int }

    /// The entries, with their ticks.
    private final class Diary: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func note(_ line: String, in world: WalkWorld) {
            lines.withLock { $0.append("\(world.timeline.tick.number) \(line)") }
        }
    }

    private func diary(
        ticks: Int, onTick: (@Sendable (isolated WalkWorld, UInt32) -> Void)? = nil,
        logic: @escaping @Sendable (isolated WalkWorld, Diary) async throws -> Void
    ) async throws -> [String] {
        let diary = Diary()
        let world = WalkWorld { world in try await logic(world, diary) }
        if let onTick { await world.atEachTick(onTick) }
        try await WorldDriver(world).run { driver in
            for _ in 0..<ticks { try await driver.step() }
        }
        #expect(world.timeline.sleeperCount == 0)
        #expect(world.timeline.listenerCount == 0)
        return diary.all
    }

    @Test func anEventResumesItsWaitersWhenTheNextTickBegins() async throws {
        let lines = try await diary(ticks: 8) { world, tick in
            if tick == 3 { for bell in 1...3 { world.emit(Rang(bell: bell)) } }
        } logic: { world, diary in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await world.next(Rang(bell: 2))
                    diary.note("first: 2", in: world)
                    try await world.next(Rang(bell: 3))
                    diary.note("never", in: world)
                }
                group.addTask {
                    let event = try await world.next(Rang.self) { $0.bell != 2 }
                    diary.note("second: \(event.bell)", in: world)
                }
                group.addTask {
                    let event = try await world.next(Rang.self)
                    diary.note("third: \(event.bell)", in: world)
                }
                try await group.waitForAll()
            }
        }
        // By event, and for one event by the order of waiting; bell 3 rang before it was awaited.
        #expect(lines == ["4 second: 1", "4 third: 1", "4 first: 2"])
    }

    @Test func logicsOwnEventsAreForTheNextTickToo() async throws {
        let lines = try await diary(ticks: 5) { world, diary in
            async let heard: Void = {
                try await world.next(Rang(bell: 1))
                diary.note("heard", in: world)
            }()
            try await world.sleep(ticks: 1)
            diary.note("rings", in: world)
            world.emit(Rang(bell: 1))
            try await heard
        }
        #expect(lines == ["2 rings", "3 heard"])
    }

    @Test func aConditionIsAskedAtOnceAndThenOnceATick() async throws {
        let asked = Mutex(0)
        let lines = try await diary(ticks: 9) { world, diary in
            try await world.until { _ in true }
            diary.note("at once", in: world)
            try await world.until { world in
                asked.withLock { $0 += 1 }
                return world.ticks.count == 5
            }
            diary.note("five steps", in: world)
        }
        #expect(lines == ["1 at once", "6 five steps"])
        #expect(asked.withLock { $0 } == 6)
    }

    @Test func logicEndsWithItsEntity() async throws {
        let lines = try await diary(ticks: 9) { world, tick in
            if tick == 4 { world.retire("wolf") }
        } logic: { world, diary in
            let ending = try await world.whilePresent("wolf") { world in
                do {
                    while true { try await world.sleep(ticks: 2) }
                } catch {
                    diary.note("\(type(of: error))", in: world)
                    throw error
                }
            }
            diary.note("\(ending)", in: world)
            let other = try await world.whilePresent("hare") { world in
                try await world.sleep(ticks: 2)
            }
            diary.note("\(other)", in: world)
        }
        #expect(lines == ["5 CancellationError", "5 entityGone", "7 returned"])
    }

    @Test func anErrorOfLogicReachesItsCaller() async throws {
        await #expect(throws: Broken.self) {
            _ = try await diary(ticks: 5) { world, _ in
                _ = try await world.whilePresent(1) { world in
                    try await world.sleep(ticks: 2)
                    throw Broken()
                }
            }
        }
    }

    /// A task that never waits delays its tick by a bounded time, and the world goes on.
    @Test func logicThatNeverWaitsLetsTheWorldGoOn() async throws {
        let lines = try await diary(ticks: 3) { world, diary in
            while !Task.isCancelled { await Task.yield() }
            diary.note("ends", in: world)
        }
        #expect(lines == ["3 ends"])
    }

    @Test func logicCanAwaitAnotherActor() async throws {
        let other = Other()
        let world = WalkWorld { world in
            for _ in 0..<20 {
                _ = await other.count()
                try await world.sleep(ticks: 1)
            }
            world.emit(Rang(bell: 1))
        }
        try await WorldDriver(world).run { driver in
            while await other.total < 20 { try await driver.step() }
        }
        #expect(await other.total == 20)
    }

    private actor Other {
        private(set) var total = 0
        func count() -> Int {
            total += 1
            return total
        }
    }
}
