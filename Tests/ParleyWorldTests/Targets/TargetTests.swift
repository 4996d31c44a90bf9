import ParleySimulation
import Testing

/// The figures of `Documentation/Performance.md` that simulation can give exactly.
@Suite struct TargetTests {
    @Test func fewCommandsAreMissedAt4G() throws {
        let shares = try (1...12 as ClosedRange<UInt64>).map { seed in
            try PlayedMinute(seed: seed, links: .lte).missedShare
        }
        #expect(shares.reduce(0, +) / 12 < 0.005, "\(shares)")
        #expect(shares.allSatisfy { $0 < 0.01 }, "\(shares)")
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func correctionsAreRareWith5PercentLoss(seed: UInt64) throws {
        var links = LinkProfile(latency: .milliseconds(75), jitter: .milliseconds(5))
        links.loss = .independent(0.05)
        let minute = try PlayedMinute(seed: seed, links: links)
        #expect(minute.corrections <= 1, "\(minute)")
    }

    @Test func aCommandHasItsEffectOnLocalhostWithinTwoTicks() throws {
        let delays = try CommandDelays.measure(seed: 1)
        #expect(delays.count > 50)
        #expect(delays.max() ?? .nan <= 2, "\(delays)")
    }

    @Test func aPlayerJoining5000EntitiesPlaysWithinASecondAt4G() throws {
        let join = try LateJoin(seed: 1, sheep: 5_000)
        #expect(join.ownBody < .seconds(1), "\(join)")
        #expect(join.nearest50 < .seconds(1), "\(join)")
    }
}
