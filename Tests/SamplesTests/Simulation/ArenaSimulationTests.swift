import ArenaSimulation
import Parley
import ParleySimulation
import Testing

/// Whole arenas in virtual time. `arena simulate` runs long ones.
@Suite(.timeLimit(.minutes(5))) struct ArenaSimulationTests {
    /// Few bots for a short time, so that the test is short.
    private func plan(seed: UInt64) -> ArenaPlan {
        ArenaPlan(seed: seed, duration: .seconds(10), bots: 4, npcs: 2)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func nothingGoesWrong(seed: UInt64) {
        let report = plan(seed: seed).play()
        #expect(report.complaints == [])
        #expect(report.counts.joined >= 4)
        #expect(report.counts.statesSeen > 100)
        #expect(report.counts.inputs > 100)
    }

    @Test func theSameSeedIsTheSameEvening() {
        let (first, second) = (plan(seed: 5).play(), plan(seed: 5).play())
        #expect(first.traceHash == second.traceHash)
        #expect(first.counts == second.counts)
        #expect(plan(seed: 6).play().traceHash != first.traceHash)
    }

    @Test func watchingChangesNothing() {
        var lines = 0
        let watched = plan(seed: 7).play { _ in lines += 1 }
        #expect(watched.traceHash == plan(seed: 7).play().traceHash)
        #expect(lines > 1_000)
    }

    @Test(arguments: LinkProfile.names) func everyLink(name: String) throws {
        var plan = plan(seed: 1)
        plan.links = try #require(LinkProfile.named(name))
        plan.faults = .none
        #expect(plan.play().complaints == [])
    }
}
