import ParleyProtocol
import ParleySessions
import ParleySockets
import Testing

@Suite struct LinkMeterTests {
    private func at(_ milliseconds: Int64) -> NetworkInstant {
        NetworkInstant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test func theRoundTripIsSmoothed() {
        var meter = LinkMeter()
        let first = meter.ping(at: at(0))
        #expect(meter.statistics.roundTripTime == nil)
        meter.pong(mark: first, tick: Tick(number: 3), at: at(80))
        #expect(meter.statistics.roundTripTime == .milliseconds(80))
        #expect(meter.statistics.roundTripVariation == .milliseconds(40))
        let second = meter.ping(at: at(1_000))
        meter.pong(mark: second, tick: Tick(number: 63), at: at(1_160))
        #expect(meter.statistics.roundTripTime == .milliseconds(90))
        #expect(meter.statistics.roundTripVariation == .milliseconds(50))
        #expect(meter.statistics.serverTick == Tick(number: 63))
    }

    @Test func answersToNoPingSayNothing() {
        var meter = LinkMeter()
        meter.pong(mark: 1, tick: Tick(number: 9), at: at(1))
        #expect(meter.statistics.roundTripTime == nil)
        let mark = meter.ping(at: at(10))
        meter.pong(mark: mark, tick: Tick(number: 1), at: at(20))
        // The same answer again, much later: a duplicate.
        meter.pong(mark: mark, tick: Tick(number: 1), at: at(9_000))
        #expect(meter.statistics.roundTripTime == .milliseconds(10))
    }

    @Test func unansweredPingsAreForgotten() {
        var meter = LinkMeter()
        let first = meter.ping(at: at(0))
        for time in 1...20 as ClosedRange<Int64> { _ = meter.ping(at: at(time)) }
        meter.pong(mark: first, tick: Tick(number: 1), at: at(21))
        #expect(meter.statistics.roundTripTime == nil)
    }
}
