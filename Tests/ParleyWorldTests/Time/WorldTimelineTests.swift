import ParleyProtocol
import ParleyWorld
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct WorldTimelineTests {
    /// Which sleepers woke, in order, and at which tick.
    private final class Diary: Sendable {
        let lines = Mutex<[String]>([])
        func note(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private func waitForSleepers(_ count: Int, on timeline: WorldTimeline) async {
        while timeline.sleeperCount != count { await Task.yield() }
    }

    private static let durations: [(Duration, UInt32)] = [
        (.seconds(1), 60), (.milliseconds(500), 30), (.milliseconds(1), 1), (.zero, 1),
        (.seconds(-3), 1), (.seconds(1) / 60, 1), (.seconds(1) / 60 * 2, 2), (.seconds(2.5), 150),
        (.milliseconds(17), 2),
    ]

    @Test(arguments: durations)
    func aDurationIsWholeTicks(duration: Duration, ticks: UInt32) async throws {
        let timeline = WorldTimeline()
        timeline.begin(tickRate: 60)
        timeline.advance(to: Tick(number: 1_000))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await timeline.sleep(for: duration) }
            await waitForSleepers(1, on: timeline)
            timeline.advance(to: Tick(number: 1_000 + ticks - 1))
            #expect(timeline.sleeperCount == 1)
            timeline.advance(to: Tick(number: 1_000 + ticks))
            #expect(timeline.sleeperCount == 0)
            try await group.waitForAll()
        }
    }

    @Test func sleepersWakeByTickAndThenByCall() async throws {
        let timeline = WorldTimeline()
        let diary = Diary()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Two that wake at tick 2 were called in this order, around one that wakes earlier.
            for (index, (name, ticks)) in [("b", 2), ("a", 1), ("c", 2), ("d", 5)].enumerated() {
                group.addTask {
                    try await timeline.sleep(ticks: ticks)
                    diary.note("\(name)@\(timeline.tick.number)")
                }
                await waitForSleepers(index + 1, on: timeline)
            }
            for tick in 1...5 {
                timeline.advance(to: Tick(number: UInt32(tick)))
                let woken = [1, 3, 3, 3, 4][tick - 1]
                while diary.all.count < woken { await Task.yield() }
            }
            try await group.waitForAll()
        }
        #expect(diary.all.first == "a@1")
        #expect(Set(diary.all[1...2]) == ["b@2", "c@2"])
        #expect(diary.all.last == "d@5")
    }

    @Test func cancellingOneLeavesTheOthers() async throws {
        let timeline = WorldTimeline()
        let other = Task { try await timeline.sleep(ticks: 1) }
        await waitForSleepers(1, on: timeline)
        let cancelled = Task { try await timeline.sleep(ticks: 1) }
        await waitForSleepers(2, on: timeline)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(timeline.sleeperCount == 1)
        timeline.advance(to: Tick(number: 1))
        try await other.value
    }

    @Test func aCancelledTaskNeverSleeps() async {
        let timeline = WorldTimeline()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await timeline.sleep(ticks: 1)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(timeline.sleeperCount == 0)
    }

    @Test func finishCancelsEverySleeper() async {
        let timeline = WorldTimeline()
        let tasks = (1...20).map { ticks in Task { try await timeline.sleep(ticks: ticks) } }
        await waitForSleepers(20, on: timeline)
        timeline.finish()
        for task in tasks {
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        await #expect(throws: CancellationError.self) { try await timeline.sleep(ticks: 1) }
    }

    @Test func manySleepersAndCancellationsLeaveNothingBehind() async {
        let timeline = WorldTimeline()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<500 {
                group.addTask { try? await timeline.sleep(ticks: 1 + index * 7 % 50) }
            }
            group.addTask {
                for tick in 1...200 {
                    timeline.advance(to: Tick(number: UInt32(tick)))
                    await Task.yield()
                }
                timeline.finish()
            }
            for _ in 0..<250 { await group.next() }
            group.cancelAll()
        }
        #expect(timeline.sleeperCount == 0)
    }
}
