import ParleyProtocol
import ParleySockets
import Testing

/// The past, as far back as shots may reach.
@Suite struct RewindTests {
    private func history(_ ticks: ClosedRange<UInt32>, kept: Int) -> RewindHistory<Double> {
        var history = RewindHistory<Double>(ticks: kept)
        for tick in ticks { history.record(Double(tick) * 10, at: Tick(number: tick)) }
        return history
    }

    @Test func theStateBetweenTwoTicksIsWhatClientsSaw() throws {
        let history = history(1...100, kept: 16)
        #expect(history.range == Tick(number: 84)...Tick(number: 100))
        #expect(try state(history, at: 90.25) == 902.5)
        #expect(try state(history, at: 3) == 840, "the oldest there is")
        #expect(try state(history, at: 500) == 1_000, "nothing is guessed")
    }

    private func state(_ history: RewindHistory<Double>, at ticks: Double) throws -> Double {
        let bracket = try #require(history.bracket(at: TickTime(ticks: ticks)))
        return bracket.earlier.blended(with: bracket.later, at: bracket.fraction)
    }

    /// The ring against a sorted array, with ticks in any order.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func anyOrderOfInsertionGivesTheSameHistory(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var history = RewindHistory<Int>(ticks: 7)
        var expected: [UInt32] = []
        var newest: UInt32 = 10
        for _ in 0..<400 {
            if Int.random(in: 0...2, using: &random) > 0 { newest += 1 }
            let tick = newest - UInt32.random(in: 0...10, using: &random)
            history.record(Int(tick), at: Tick(number: tick))
            if !expected.contains(tick), expected.count < 8 || tick > expected[0] {
                expected = (expected + [tick]).sorted().suffix(8)
            }
            #expect(history.range == Tick(number: expected[0])...Tick(number: expected.last ?? 0))
            for tick in expected {
                let found = history.bracket(at: TickTime(Tick(number: tick)))
                #expect(found?.earlier == Int(tick))
            }
        }
    }

    @Test func aTeleportIsNotCrossed() throws {
        var history = history(1...10, kept: 16)
        history.record(5_000, at: Tick(number: 11), isTeleport: true)
        #expect(try state(history, at: 10.9) == 100)
        #expect(try state(history, at: 11) == 5_000)
    }

    @Test func anEmptyHistoryHasNoStates() {
        var history = history(1...10, kept: 16)
        history.removeAll()
        #expect(history.bracket(at: TickTime(ticks: 5)) == nil)
        #expect(history.range == nil)
    }

    @Test(
        arguments: [
            (nil, nil, 100.0), (95.5, nil, 95.5), (20.0, nil, 85), (1e9, nil, 100), (.nan, nil, 85),
            (95.5, 94.0, 95.5), (86.0, 95.0, 95), (99.0, 93.0, 93), (nil, 20.0, 85),
        ] as [(Double?, Double?, Double)])
    func noClaimReachesBeyondTheLimit(claimed: Double?, expected: Double?, moment: Double) {
        let limit = RewindLimit(maximumTicks: 15, tolerance: 4)
        let found = limit.moment(
            claimed: claimed.map { TickTime(ticks: $0) },
            expected: expected.map { TickTime(ticks: $0) }, now: Tick(number: 100))
        #expect(found == TickTime(ticks: moment))
    }
}
