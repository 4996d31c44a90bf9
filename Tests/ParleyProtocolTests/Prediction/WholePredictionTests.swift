import ParleyProtocol
import ParleySimulation
import Testing

/// Clock, commands, queue and prediction together, over links with latency, jitter and loss.
@Suite struct WholePredictionTests {
    /// A walker on whole numbers. No two steps commute, so every mistake is visible.
    private struct Walker: Equatable, Sendable {
        var x = 0
        var speed = 0

        static func step(_ state: inout Walker, _ command: Int, _ tick: Tick) {
            state.speed = state.speed / 2 + command
            state.x &+= state.speed
        }
    }

    /// Both sides' walkers, and how the client's prediction fares.
    private final class Walk {
        var server = Walker()
        var client: PredictedState<Walker, Int>?
        var snapshots: [UInt32: Walker] = [:]
    }

    /// The results of predictions after 10 s, in which the clock settles.
    private struct Outcome {
        let right: UInt64
        let wrong: UInt64
        let missed: UInt64
        let missedShare: Double
    }

    private func outcome(of settings: SimulatedPlay.Settings, seconds: Double) -> Outcome {
        let walk = Walk()
        var play = SimulatedPlay(settings)
        play.onTick = { play, taken in
            Walker.step(&walk.server, taken.command, play.serverTick)
            walk.snapshots[play.serverTick.number] = walk.server
        }
        play.onCommand = { command, tick in
            walk.client?.apply(command, for: tick, by: Walker.step)
        }
        play.onSnapshot = { tick in
            guard let state = walk.snapshots[tick.number] else { return }
            if walk.client == nil {
                walk.client = PredictedState(state, at: tick, standIn: CommandStandIn(idle: 0))
            }
            walk.client?.reconcile(with: state, at: tick, by: Walker.step)
        }
        play.run(until: 10)
        play.forgetCounts()
        let before = walk.client?.statistics ?? PredictionStatistics()
        play.run(until: 10 + seconds)
        let after = walk.client?.statistics ?? PredictionStatistics()
        return Outcome(
            right: after.right - before.right, wrong: after.wrong - before.wrong,
            missed: play.missed, missedShare: play.missedShare)
    }

    @Test(arguments: [10, 60, 240])
    func onLocalhostEveryPredictionIsRight(tickRate: Int) {
        let outcome = outcome(of: .init(tickRate: tickRate, snapshotRate: 10), seconds: 20)
        #expect(outcome.wrong == 0)
        #expect(outcome.right > 190)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func onALongLinkAMinuteHasHardlyACorrection(seed: UInt64) {
        let outcome = outcome(of: .init(link: InputClockTests.far, seed: seed), seconds: 60)
        // What the server made up may have been what the player did: then nothing was wrong.
        #expect(outcome.missed > 0 || outcome.wrong == 0, "seed \(seed)")
        #expect(outcome.wrong <= 1, "seed \(seed): \(outcome.missed) missed")
        #expect(outcome.right > 1_000)
    }

    @Test func atFourGNoPredictionIsWrong() {
        let outcome = outcome(of: .init(link: InputClockTests.mobile, seed: 7), seconds: 60)
        #expect(outcome.missedShare < 0.005)
        #expect(outcome.wrong == 0)
    }
}
