import ParleyProtocol
import ParleySimulation
import Testing

/// A client's clock against a server, over links and with clocks as people have them.
@Suite struct InputClockTests {
    /// As a telephone has it: 35 ms each way, jitter around 5 ms, 3 % lost each way.
    static let mobile = LinkProfile(
        latency: .milliseconds(35), jitter: .milliseconds(5), loss: .independent(0.03))

    /// 150 ms there and back, 5 % lost each way.
    static let far = LinkProfile(
        latency: .milliseconds(75), jitter: .milliseconds(2), loss: .independent(0.05))

    /// Plays until the clock has settled, then resets the counts.
    private func settled(
        _ settings: SimulatedPlay.Settings, after seconds: Double = 10
    ) -> SimulatedPlay {
        var play = SimulatedPlay(settings)
        play.run(until: seconds)
        play.forgetCounts()
        return play
    }

    @Test(arguments: [10, 30, 60, 128, 240], [30.0, 59.94, 144])
    func onLocalhostEveryCommandIsInTimeAndNoneWaits(tickRate: Int, frameRate: Double) {
        var play = settled(.init(tickRate: tickRate, snapshotRate: 10, frameRate: frameRate))
        play.run(until: 20)
        #expect(play.missed == 0)
        // A slow client's frame holds several ticks, which is not network delay.
        let frames = max(1, (Double(tickRate) / frameRate).rounded(.up))
        #expect(play.longestDelay * Double(tickRate) <= 1 + frames)
    }

    @Test func onLocalhostATimerMakesTheDelayShorter() {
        var play = settled(.init(frameRate: 600, isPolled: false))
        play.run(until: 20)
        #expect(play.missed == 0)
        #expect(play.longestDelay * 60 <= 1)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func atFourGHardlyACommandIsMissed(seed: UInt64) {
        var play = settled(.init(link: Self.mobile, seed: seed))
        play.run(until: 40)
        #expect(play.missedShare < 0.005, "seed \(seed): \(play.missed) missed")
        #expect(play.speeds.lowerBound >= 0.95 && play.speeds.upperBound <= 1.05)
        #expect(play.clock.jumps == 0)
    }

    @Test func lossesInBurstsAreCoveredToo() {
        let shares = (1...6 as ClosedRange<UInt64>).map { seed in
            var play = settled(.init(link: .lte, seed: seed), after: 20)
            play.run(until: 60)
            return play.missedShare
        }
        #expect(shares.reduce(0, +) / Double(shares.count) < 0.01)
    }

    @Test func onALongLinkHardlyACommandIsMissed() {
        let missed = (1...8 as ClosedRange<UInt64>).map { seed in
            var play = settled(.init(link: Self.far, seed: seed))
            play.run(until: 40)
            return play.missed
        }
        // 4 minutes of 3,600 ticks.
        #expect(missed.reduce(0, +) <= 4)
    }

    @Test func aLongerDelaySpeedsTheClockUp() {
        var play = settled(.init(link: LinkProfile(latency: .milliseconds(20))))
        play.setLink(LinkProfile(latency: .milliseconds(80)))
        play.run(until: 13)
        play.forgetCounts()
        play.run(until: 33)
        #expect(play.missed == 0, "60 ms at 5 % are made good in 1.2 s and a little")
        #expect(play.clock.jumps == 0)
        #expect(play.speeds.lowerBound >= 0.95 && play.speeds.upperBound <= 1.05)
    }

    @Test func aShorterDelayIsUsedAfterAWhile() throws {
        var play = settled(.init(link: LinkProfile(latency: .milliseconds(200))))
        play.setLink(LinkProfile(latency: .milliseconds(20)))
        play.run(until: 30)
        play.forgetCounts()
        play.run(until: 40)
        #expect(play.missed == 0)
        #expect(play.clock.jumps == 0)
        #expect(play.longestDelay < 0.06, "it was 0.2 s too early, and waited 10 s to be sure")
    }

    @Test func aMuchLongerDelayMakesTheClockJumpOnce() {
        var play = settled(.init(link: LinkProfile(latency: .milliseconds(20))))
        play.setLink(LinkProfile(latency: .milliseconds(420)))
        play.run(until: 12)
        play.forgetCounts()
        play.run(until: 30)
        #expect(play.clock.jumps == 1)
        #expect(play.missed == 0)
    }

    @Test(arguments: [false, true])
    func aClientIsInTimeAtOnceAfterAPause(clockStopsToo: Bool) {
        var play = settled(.init(link: Self.mobile))
        play.pauseClient(for: 30, clockStopsToo: clockStopsToo)
        play.run(until: 42)
        play.forgetCounts()
        play.run(until: 60)
        #expect(play.clock.jumps == (clockStopsToo ? 1 : 0))
        #expect(play.missedShare < 0.005)
        #expect(play.clock.skipped > 1_500)
    }

    @Test func aServerThatStoodStillIsWaitedFor() {
        var play = settled(.init(link: Self.mobile))
        play.isServerPaused = true
        play.run(until: 13)
        play.isServerPaused = false
        play.run(until: 20)
        play.forgetCounts()
        play.run(until: 40)
        #expect(play.clock.jumps == 1)
        #expect(play.missedShare < 0.005)
    }

    @Test(arguments: [1e-4, -1e-4])
    func hoursOfClockDriftMissNoCommand(drift: Double) {
        var play = settled(
            .init(
                tickRate: 10, snapshotRate: 1, frameRate: 5,
                link: LinkProfile(latency: .milliseconds(15)), drift: drift))
        // 2 hours, in which the clocks part by 0.7 s.
        play.run(until: 7_200)
        #expect(play.missed == 0)
        #expect(play.clock.jumps == 0)
        #expect(play.clock.skipped == 0)
        #expect((0.999...1.001).contains(play.clock.speed))
    }

    @Test func nonsenseFromTheServerDoesNoHarm() {
        var play = settled(.init(link: Self.mobile))
        let margins = [.nan, .infinity, -.infinity, 1e300, -1e300, 0]
        for (index, margin) in margins.enumerated() {
            for tick in [0, 1, play.serverTick.number, play.serverTick.number + 3, .max] {
                let taken = Tick(number: play.serverTick.number &+ UInt32(index))
                let report = CommandReport(
                    taken: taken, worst: .init(tick: Tick(number: tick), margin: margin),
                    loss: margin, lossRun: 1_000)
                play.clock.receive(report, at: .seconds(11))
                #expect(play.clock.dueTicks(at: .seconds(11)).ticks.count <= 15)
                #expect((0.95...1.05).contains(play.clock.speed))
                #expect((2...16).contains(play.clock.redundancy))
            }
        }
    }

    @Test func theEndOfAllTicksIsAnEnd() {
        let end = Tick(number: .max)
        var clock = InputClock(
            tickRate: 60, serverTick: end, roundTrip: .seconds(1_000_000), at: .zero)
        #expect(clock.dueTicks(at: .seconds(1)).ticks.isEmpty)
        #expect(clock.dueTicks(at: .seconds(-1)).ticks.isEmpty)
        #expect(clock.position(at: .seconds(9)).tick == end)
        // A caller that sleeps until then does not turn round without a pause.
        #expect(clock.nextDue(after: .seconds(9)) > .milliseconds(9_001))
    }
}
