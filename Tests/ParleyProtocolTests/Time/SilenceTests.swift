import ParleyProtocol
import Testing

/// A client's clock during and after a server's silence.
@Suite struct SilenceTests {
    /// A clock that gets twenty reports a second from the fifth of which on something happens.
    private struct Play {
        var clock = InputClock(
            tickRate: 60, serverTick: Tick(number: 100), roundTrip: .milliseconds(40), at: .zero,
            isPolled: false)
        /// When a tick was given, and which one.
        var given: [(time: Double, tick: Tick)] = []

        /// Ten seconds and what follows, in steps of 5 ms.
        ///
        /// - Parameters:
        ///   - arrival: When a report that leaves at a time arrives.
        ///   - tick: The server's tick at a time, in seconds since the first one.
        mutating func run(
            until end: Double, arrival: (Double) -> Double, tick: (Double) -> Double?
        ) {
            var reports: [(time: Double, taken: Tick)] = []
            for step in 0..<Int(end * 20) {
                let time = Double(step) / 20
                guard let ticks = tick(time) else { continue }
                let taken = Tick(number: 100 + UInt32(ticks * 60))
                reports.append((arrival(time), taken))
            }
            var next = reports[...]
            for step in 0..<Int(end * 200) {
                let now = Double(step) / 200
                while let report = next.first, report.time <= now {
                    next.removeFirst()
                    clock.receive(
                        CommandReport(taken: report.taken, worst: nil, loss: 0, lossRun: 0),
                        at: .seconds(now))
                }
                for tick in clock.dueTicks(at: .seconds(now)).ticks { given.append((now, tick)) }
            }
        }
    }

    @Test(arguments: [1.2, 4, 5, 8, 30])
    func ticksResumeWithinAboutASecondAfterAServerPause(pause: Double) throws {
        var play = Play()
        let end = 5 + pause
        play.run(until: end + 5, arrival: { $0 }) { time in
            time < 5 ? time : time < end ? nil : time - pause
        }
        #expect(play.clock.jumps == 1)
        let pausedTicks = play.given.filter { (5.0..<end).contains($0.time) }
        #expect(try #require(pausedTicks.last).time < 6.1)
        let next = try #require(play.given.first { $0.time >= end })
        #expect(next.time < end + 1.3)
        #expect(
            next.tick == pausedTicks.last?.tick.advanced(by: 1), "none is given twice or left out")
        let lead = play.clock.position(at: .seconds(end + 5)).ticks - (100 + 10 * 60)
        #expect((0...12).contains(lead))
    }

    @Test func delayedReportsCauseNoJump() throws {
        var play = Play()
        play.run(until: 12, arrival: { (5..<7).contains($0) ? 7 : $0 }) { $0 }
        #expect(play.clock.jumps == 0)
        #expect(try #require(play.given.first { $0.time > 6.5 }).time < 7.3)
        #expect(play.clock.skipped > 50)
    }

    /// At one report a second a second is no silence.
    @Test func rareReportsAreNotSilence() {
        var play = Play()
        play.run(until: 30, arrival: { $0 }) {
            $0.truncatingRemainder(dividingBy: 1) == 0 ? $0 : nil
        }
        #expect(play.clock.skipped == 0)
        #expect(play.given.count > 29 * 60)
    }

    @Test func theClockRecoversFromNonsensicalReports() throws {
        var play = Play()
        play.run(until: 5, arrival: { $0 }) { $0 }
        // Reports that all commands arrive minutes too late.
        for count in 1...5 {
            let sent = try #require(play.given.last).tick
            let taken = Tick(number: 400 + UInt32(count))
            play.clock.receive(
                CommandReport(
                    taken: taken, worst: .init(tick: sent, margin: -100_000), loss: 0, lossRun: 0),
                at: .seconds(5))
        }
        #expect(play.clock.position(at: .seconds(5)).ticks > 10_000)
        for step in 0..<100 {
            let now = Duration.seconds(5) + .milliseconds(50) * step
            play.clock.receive(
                CommandReport(
                    taken: Tick(number: 406 + UInt32(3 * step)), worst: nil, loss: 0, lossRun: 0),
                at: now)
            _ = play.clock.dueTicks(at: now)
        }
        let lead = play.clock.position(at: .milliseconds(9_950)).ticks - 703
        #expect((0...12).contains(lead))
    }
}
