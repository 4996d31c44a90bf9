import ParleyProtocol
import ParleySockets
import Testing

/// Measurements of links and clocks.
@Suite struct LinkEstimatorTests {
    @Test func theFirstSampleIsTheEstimate() {
        var estimator = RoundTripEstimator()
        #expect(estimator.timeout == .seconds(1))
        estimator.receive(.milliseconds(100), at: .zero)
        #expect(estimator.smoothed == .milliseconds(100))
        #expect(estimator.variation == .milliseconds(50))
        #expect(estimator.timeout == .milliseconds(300))
    }

    @Test func laterSamplesAreSmoothedAsInRFC6298() {
        var estimator = RoundTripEstimator()
        estimator.receive(.milliseconds(100), at: .zero)
        estimator.receive(.milliseconds(180), at: .seconds(1))
        #expect(estimator.smoothed == .milliseconds(110))
        #expect(estimator.variation == .microseconds(57_500))
        #expect(estimator.jitter == .milliseconds(5))
        estimator.receive(.milliseconds(-1), at: .seconds(1))
        #expect(estimator.smoothed == .milliseconds(110))
    }

    @Test func theMinimumIsForgottenAfterTenSeconds() {
        var estimator = RoundTripEstimator()
        estimator.receive(.milliseconds(20), at: .zero)
        for second in 1...10 { estimator.receive(.milliseconds(50), at: .seconds(second)) }
        #expect(estimator.minimum == .milliseconds(20))
        estimator.receive(.milliseconds(60), at: .seconds(11))
        #expect(estimator.minimum == .milliseconds(50))
    }

    @Test func theTimeoutHasBounds() {
        var estimator = RoundTripEstimator()
        estimator.receive(.zero, at: .zero)
        #expect(estimator.timeout == .milliseconds(20))
        for _ in 0..<100 { estimator.receive(.seconds(60), at: .zero) }
        #expect(estimator.timeout == .seconds(2))
    }

    @Test func lossIsAShareOfWhatWasSent() {
        var estimator = RoundTripEstimator()
        for number in 0..<2_000 {
            if number % 20 == 0 {
                estimator.recordLoss()
            } else {
                estimator.receive(.milliseconds(30), at: .zero)
            }
        }
        #expect((0.03...0.07).contains(estimator.loss.share))
        #expect(estimator.loss.count == 2_000)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func theQuickestExchangeIsUsed(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var sync = ClockSync()
        let offset = Duration.seconds(-1_234.5)
        for second in 1...30 {
            let sent = Duration.seconds(second)
            let there = Duration.milliseconds(Int.random(in: 20...80, using: &random))
            let back = Duration.milliseconds(Int.random(in: 20...80, using: &random))
            let received = sent + there
            sync.receive(
                sent: sent, serverReceived: received + offset,
                serverSent: received + offset + .milliseconds(3),
                received: received + .milliseconds(3) + back)
        }
        let found = try #require(sync.offset(at: .seconds(30)))
        let bound = try #require(sync.uncertainty(at: .seconds(30)))
        #expect(abs((found - offset) / .seconds(1)) <= bound / .seconds(1))
        #expect(bound < .milliseconds(70))
        #expect(sync.serverTime(at: .seconds(30)) == .seconds(30) + found)
    }

    @Test func contradictoryTimestampsAreIgnored() {
        var sync = ClockSync()
        sync.receive(
            sent: .seconds(5), serverReceived: .seconds(1), serverSent: .seconds(1),
            received: .seconds(4))
        sync.receive(
            sent: .seconds(5), serverReceived: .seconds(2), serverSent: .seconds(1),
            received: .seconds(6))
        #expect(sync.offset(at: .seconds(6)) == nil)
    }

    @Test func ticksStopAtTheirEnds() {
        let last = Tick(number: .max)
        #expect(last.advanced(by: 1) == last)
        #expect(Tick(number: 3).advanced(by: -4) == Tick(number: 0))
        #expect(Tick(number: 3).advanced(by: .min) == Tick(number: 0))
        #expect(Tick(number: 3).advanced(by: .max) == last)
        #expect(Tick(number: 0).distance(to: last) == Int(UInt32.max))
    }

    @Test func momentsBetweenTicksAreExactAndHaveEnds() {
        #expect(TickTime(ticks: 7.25).tick == Tick(number: 7))
        #expect(TickTime(ticks: 7.25).fraction == 0.25)
        #expect(TickTime(ticks: .nan) == TickTime(ticks: -5))
        #expect(TickTime(ticks: .infinity) == TickTime(Tick(number: .max)))
        #expect(TickTime(units: .max).tick == Tick(number: .max))
        #expect(TickTime(ticks: 1).advanced(byTicks: -3) == TickTime(Tick(number: 0)))
    }
}
