import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// Hosts whose clocks run at rates of their own.
@Suite struct ClockRateTests {
    @Test(arguments: [0.001, 0.9, 0.999_9, 1, 1.1, 3, 1_000])
    func aClockCountsAtItsRate(rate: Double) throws {
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            host.clockRate = rate
            #expect(host.clockRate == rate)
            let (start, trueStart) = (host.clock.now, simulation.clock.now)
            try await simulation.clock.sleep(for: .seconds(1_000))
            let counted = start.duration(to: host.clock.now)
            #expect(counted == .nanoseconds(Int64((rate * 1e12).rounded())))
            #expect(trueStart.duration(to: simulation.clock.now) == .seconds(1_000))
        }
    }

    /// A sleep ends at the first true nanosecond at which the host's clock shows its deadline: never
    /// earlier, or code that compares the two would sleep again for nothing.
    @Test(arguments: [0.3, 0.9, 0.999_999_999, 1, 1.000_000_001, 1.1, 7])
    func sleepsEndAtTheDeadlineOfTheHostsTime(rate: Double) throws {
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            host.clockRate = rate
            try await host.run {
                for nanoseconds in [1, 2, 3, 999_999_999, 1_000_000_007, 12_345_678_901] {
                    let deadline = host.clock.now.advanced(by: .nanoseconds(nanoseconds))
                    let start = simulation.clock.now
                    try await host.clock.sleep(until: deadline, tolerance: nil)
                    #expect(host.clock.now >= deadline)
                    let late = deadline.duration(to: host.clock.now)
                    #expect(late < .nanoseconds(Int64(rate.rounded(.up))))
                    let passed = start.duration(to: simulation.clock.now)
                    #expect(abs(passed / .nanoseconds(1) - Double(nanoseconds) / rate) < 2)
                }
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func aClockNeitherJumpsNorRunsBack(seed: UInt64) throws {
        try Simulation(seed: seed).run { simulation in
            let host = simulation.host("server")
            var random = SeededGenerator(seed: seed)
            var last = host.clock.now
            for _ in 0..<500 {
                host.clockRate = Double.random(in: 0.5...2, using: &random)
                // Bending the clock is no step of it.
                #expect(host.clock.now == last)
                let step = Duration.nanoseconds(Int.random(in: 1...5_000_000, using: &random))
                try await simulation.clock.sleep(for: step)
                let counted = last.duration(to: host.clock.now)
                #expect(
                    abs(counted / .nanoseconds(1) - step / .nanoseconds(1) * host.clockRate) < 2)
                last = host.clock.now
            }
        }
    }

    /// Two sleeps of ten seconds of a host's time, whose clock doubles its speed or halves it after
    /// four true seconds.
    @Test(arguments: [(2.0, 7), (0.5, 16), (1, 10)])
    func aChangeMovesTheTimersThatWait(rate: Double, end: Int) throws {
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            let start = simulation.clock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await host.clock.sleep(for: .seconds(10))
                        #expect(start.duration(to: simulation.clock.now) == .seconds(end))
                    }
                }
                // A host whose clock is right sleeps on.
                group.addTask {
                    let other = simulation.host("client")
                    try await other.clock.sleep(for: .seconds(10))
                    #expect(start.duration(to: simulation.clock.now) == .seconds(10))
                }
                try await simulation.clock.sleep(for: .seconds(4))
                host.clockRate = rate
                try await group.waitForAll()
            }
        }
    }

    /// Timers that wait keep their order when a change of the rate moves them.
    @Test func movedTimersRunInTheOrderOfTheirDeadlines() throws {
        let order = Mutex<[Int]>([])
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            let loop = host.nextSocketLoop()
            let start = loop.now
            loop.perform {
                for number in (0..<100).reversed() {
                    _ = loop.schedule(at: start.advanced(by: .milliseconds(number / 2))) {
                        order.withLock { $0.append(number) }
                    }
                }
            }
            for step in 0..<40 {
                host.clockRate = step.isMultiple(of: 2) ? 0.7 : 1.6
                try await simulation.clock.sleep(for: .milliseconds(2))
            }
        }
        let expected = (0..<50).flatMap { [2 * $0 + 1, 2 * $0] }
        #expect(order.withLock { $0 } == expected)
    }

    /// A link carries a packet in its own time, whatever the clocks at its ends show.
    @Test func linksTakeTrueTime() throws {
        try Simulation(seed: 1, links: LinkProfile(latency: .milliseconds(100))).run { simulation in
            let (server, client) = (simulation.host("server"), simulation.host("client"))
            (server.clockRate, client.clockRate) = (0.9, 1.1)
            let here = try await ConnectionManager(network: server).openUDP(port: 4_000)
            let there = try await ConnectionManager(network: client).openUDP()
            var address = server.address
            address.port = 4_000
            let starts = (simulation.clock.now, server.clock.now, client.clock.now)
            try await there.send(Datagram(bytes: [1]), to: address)
            for await _ in here.datagrams { break }
            #expect(starts.0.duration(to: simulation.clock.now) == .milliseconds(100))
            #expect(starts.1.duration(to: server.clock.now) == .milliseconds(90))
            #expect(starts.2.duration(to: client.clock.now) == .milliseconds(110))
            await here.close()
            await there.close()
        }
    }

    @Test func theDateFollowsTheClock() throws {
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            let machine = host.nextSocketLoop().machine
            let date = machine.date
            host.clockRate = 1.1
            try await simulation.clock.sleep(for: .seconds(1_000))
            #expect(machine.date == date + 1_100)
        }
    }

    // MARK: Faults

    @Test func everyHostDrawsItsRate() {
        let faults = Faults.with { $0.clockRates = 0.9...1.1 }
        let rates = (1...20 as ClosedRange<UInt64>).flatMap { seed in
            let simulation = Simulation(seed: seed, faults: faults)
            return ["a", "b", "c"].map { simulation.host($0).clockRate }
        }
        #expect(rates.allSatisfy { (0.9...1.1).contains($0) })
        #expect(Set(rates).count == rates.count)
        #expect(Simulation(seed: 1).host("a").clockRate == 1)
    }

    @Test func clocksChangeTheirRatesAtRandomTimes() throws {
        let faults = Faults.with { ($0.clockRates, $0.clockChanges) = (0.5...2, 60) }
        let rates = try Simulation(seed: 1, faults: faults).run { simulation in
            let host = simulation.host("server")
            var rates: Set<Double> = []
            for _ in 0..<30 {
                try await simulation.clock.sleep(for: .seconds(1))
                rates.insert(host.clockRate)
            }
            return rates
        }
        #expect(rates.count > 10)
        #expect(rates.allSatisfy { (0.5...2).contains($0) })
    }

    /// Two hosts with clocks that differ talk, and each of their waits is by the own clock.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func aConnectionHoldsBetweenClocksThatDiffer(seed: UInt64) throws {
        let faults = Faults.with { ($0.clockRates, $0.clockChanges) = (0.9...1.1, 30) }
        try Couple.run(on: Simulation(seed: seed, links: .lte, faults: faults)) { couple in
            for number in 0..<50 {
                try await couple.client.send(Datagram(bytes: [UInt8(number)]))
                #expect(await couple.server.next()?.bytes == [UInt8(number)])
                try await couple.clientHost.clock.sleep(for: .milliseconds(200))
            }
        }
    }
}
