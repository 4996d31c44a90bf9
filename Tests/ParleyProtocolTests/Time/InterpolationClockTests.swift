import ParleyProtocol
import ParleySimulation
import ParleySockets
import Testing

/// The moment at which remote entities are drawn.
@Suite struct InterpolationClockTests {
    /// Snapshots over a link, and a screen that draws them.
    private struct Screen {
        var clock = InterpolationClock(tickRate: 60)
        var link: Link
        var random: SeededGenerator
        var arrivals = EventQueue<Tick>()
        var frame = 0
        var tick = Tick(number: 5_000)
        var speeds: ClosedRange<Double> = 1...1
        var newest = Tick(number: 0)
        var frames = 0
        var starved = 0
        var steps: ClosedRange<Double> = 1...1
        private var last: TickTime?

        init(_ profile: LinkProfile, seed: UInt64) {
            link = Link(profile)
            random = SeededGenerator(seed: seed)
        }

        /// 60 ticks, 20 snapshots and 60 frames a second.
        mutating func run(seconds: Double, serverRuns: Bool = true) {
            for _ in 0..<Int(seconds * 60) {
                let now = Double(frame) / 60
                frame += 1
                if serverRuns { runServer(at: now) }
                while let (time, tick) = arrivals.next(before: now) {
                    newest = max(newest, tick)
                    clock.receive(tick, at: .seconds(time))
                }
                show(at: now)
            }
        }

        mutating func forgetCounts() {
            (frames, starved) = (0, 0)
            steps = 1...1
        }

        private mutating func runServer(at now: Double) {
            tick = tick.advanced(by: 1)
            guard tick.number % 3 == 0 else { return }
            let time = NetworkInstant(nanoseconds: Int64(now * 1e9))
            guard case .delivered(let transit, _) = link.carry(500, at: time, using: &random)
            else { return }
            arrivals.add(tick, at: Double(transit.arrival.nanoseconds) / 1e9)
        }

        private mutating func show(at now: Double) {
            guard let moment = clock.moment(at: .seconds(now)) else { return }
            frames += 1
            if moment > TickTime(newest) { starved += 1 }
            speeds = min(speeds.lowerBound, clock.speed)...max(speeds.upperBound, clock.speed)
            if let last {
                let step = moment.ticks - last.ticks
                steps = min(steps.lowerBound, step)...max(steps.upperBound, step)
            }
            last = moment
        }
    }

    /// The shares of frames without a snapshot to go to are those of losses in bursts, which last
    /// longer than anybody waits.
    @Test(
        arguments: [
            (LinkProfile.perfect, 0.0), (.lan, 0.0), (.wifi, 0.02), (.transatlantic, 0.01),
            (.lte, 0.06), (.umts, 0.12),
        ], 1...3)
    func aLaterSnapshotIsNearlyAlwaysThere(link: (LinkProfile, Double), seed: UInt64) {
        var screen = Screen(link.0, seed: seed)
        screen.run(seconds: 10)
        screen.forgetCounts()
        screen.run(seconds: 40)
        let share = Double(screen.starved) / Double(screen.frames)
        #expect(share <= link.1, "seed \(seed)")
        #expect(screen.clock.jumps == 0)
        #expect(screen.steps.lowerBound > 0.949 && screen.steps.upperBound < 1.051)
        #expect(screen.clock.interval == 3)
    }

    @Test func onAGoodLinkTheDelayIsOneSnapshot() {
        var screen = Screen(.perfect, seed: 1)
        screen.run(seconds: 20)
        #expect(screen.clock.delay < .milliseconds(52))
        #expect(screen.clock.delay >= .milliseconds(50))
    }

    @Test func moreJitterStretchesTime() {
        var screen = Screen(.lan, seed: 1)
        screen.run(seconds: 10)
        screen.forgetCounts()
        screen.link.profile.jitter = .milliseconds(30)
        screen.run(seconds: 20)
        #expect(screen.clock.delay > .milliseconds(90))
        #expect(screen.clock.jumps == 0)
        #expect(screen.steps.lowerBound > 0.949 && screen.steps.upperBound < 1.051)
        #expect((0.95...1.05).contains(screen.speeds.lowerBound))
    }

    @Test func aServerThatStoodStillIsFollowedAtOnce() {
        var screen = Screen(.lan, seed: 1)
        screen.run(seconds: 10)
        screen.run(seconds: 3, serverRuns: false)
        screen.run(seconds: 2)
        screen.forgetCounts()
        screen.run(seconds: 10)
        #expect(screen.clock.jumps == 1)
        #expect(screen.starved == 0)
    }

    @Test func nothingIsShownBeforeTheFirstSnapshot() {
        var clock = InterpolationClock(tickRate: 0)
        #expect(clock.moment(at: .seconds(1)) == nil)
        clock.receive(Tick(number: .max), at: .seconds(-5))
        clock.receive(Tick(number: 0), at: .seconds(5))
        #expect(clock.moment(at: .seconds(1_000_000)) == TickTime(Tick(number: .max)))
    }
}
