import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// Virtual time, and the order of what happens at one instant.
@Suite struct VirtualTimeTests {
    @Test func timePassesOnlyByWaiting() throws {
        let simulation = Simulation(seed: 1)
        try simulation.run(for: .seconds(100_000)) { simulation in
            let start = simulation.clock.now
            for _ in 0..<1_000 { await Task.yield() }
            #expect(simulation.clock.now == start)
            try await simulation.clock.sleep(for: .seconds(86_400))
            #expect(start.duration(to: simulation.clock.now) == .seconds(86_400))
        }
        #expect(simulation.elapsed == .seconds(86_400))
    }

    @Test func theShorterSleepEndsFirst() throws {
        let order = try Simulation(seed: 3).run { simulation in
            await withTaskGroup(of: Int.self) { group in
                for seconds in [5, 1, 4, 2, 3] {
                    group.addTask {
                        try? await simulation.clock.sleep(for: .seconds(seconds))
                        return seconds
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(order == [1, 2, 3, 4, 5])
    }

    @Test func aCancelledSleeperWakesAtOnce() throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await simulation.clock.sleep(for: .seconds(500)) }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
        #expect(simulation.elapsed == .zero)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func closuresOfALoopRunInTheirOrder(seed: UInt64) throws {
        let order = try Simulation(seed: seed).run { simulation in
            let host = simulation.host("server")
            let order = Mutex<[Int]>([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Others compete with them for the loop's time.
                for _ in 0..<5 {
                    group.addTask { try await host.run { for _ in 0..<9 { await Task.yield() } } }
                }
                for number in 0..<50 {
                    host.nextSocketLoop().execute { order.withLock { $0.append(number) } }
                }
                try await group.waitForAll()
            }
            try await simulation.clock.sleep(for: .seconds(1))
            return order.withLock { $0 }
        }
        #expect(order == Array(0..<50))
    }

    @Test func anotherSeedIsAnotherOrder() throws {
        let orders = try (1...50).map { seed in
            try Simulation(seed: seed).run { simulation in
                await withTaskGroup(of: Int.self) { group in
                    for number in 0..<6 { group.addTask { number } }
                    return await group.reduce(into: [Int]()) { $0.append($1) }
                }
            }
        }
        #expect(Set(orders).count > 40)
    }

    @Test func aPausedHostStandsStillAndGoesOn() throws {
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("laptop")
            let clock = host.clock
            try await withThrowingTaskGroup(of: Duration.self) { group in
                group.addTask {
                    try await host.run {
                        let start = clock.now
                        try await clock.sleep(for: .seconds(1))
                        return start.duration(to: clock.now)
                    }
                }
                try await simulation.clock.sleep(for: .milliseconds(500))
                host.pause(for: .seconds(10))
                #expect(try await group.next() == .milliseconds(10_500))
            }
        }
    }

    /// A host that pauses for longer than any of its timeouts: its clock shows the time that
    /// has passed, overdue timers run in their order, and its sockets hold what arrived.
    @Test(arguments: [30, 300])
    func aLongPauseStopsTheWorkAndNotTheClock(seconds: Int) throws {
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            let (clock, started) = (host.clock, simulation.clock.now)
            try await withThrowingTaskGroup(of: [Int].self) { group in
                group.addTask {
                    try await host.run {
                        var wakeUps: [Int] = []
                        for second in 1...5 {
                            let deadline = started.advanced(by: .seconds(second))
                            try await clock.sleep(until: deadline, tolerance: nil)
                            let passed = started.duration(to: clock.now)
                            wakeUps.append(Int(passed.components.seconds))
                        }
                        return wakeUps
                    }
                }
                try await simulation.clock.sleep(for: .milliseconds(1_500))
                host.pause(for: .seconds(seconds))
                let late = seconds + 1
                let expected = [1] + [2, 3, 4, 5].map { max($0, late) }
                #expect(try await group.next() == expected)
            }
        }
    }

    /// A pause begins anew where one is under way: the longer one counts.
    @Test func aPauseWithinAPauseEndsWithTheLongerOne() throws {
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            host.pause(for: .seconds(1))
            host.pause(for: .seconds(30))
            let clock = host.clock
            let passed = try await host.run {
                let start = clock.now
                try await clock.sleep(for: .seconds(2))
                return start.duration(to: clock.now)
            }
            #expect(passed >= .seconds(30))
        }
    }
}
