import ParleyProtocol
import Testing

/// Claims about what a client drew, at 60 ticks a second.
@Suite struct ViewClaimsTests {
    private func view(_ lag: Double, at tick: Int) -> TickTime {
        TickTime(ticks: Double(tick) - lag)
    }

    private func lag(_ moment: TickTime, at tick: Int) -> Double { Double(tick) - moment.ticks }

    /// Claims of 6 ticks, one for each tick.
    private func honest(_ claims: inout ViewClaims, ticks: Range<Int>) {
        for tick in ticks {
            _ = claims.judge(view(6, at: tick), for: Tick(number: UInt32(tick)))
        }
    }

    @Test func anHonestClientIsBelieved() {
        var claims = ViewClaims(tickRate: 60)
        for tick in 1_000..<1_600 {
            // Jitter, and an interpolation delay that slowly changes.
            let lag = 6 + Double(tick % 5) + Double(tick - 1_000) / 200
            let claimed = view(lag, at: tick)
            #expect(claims.judge(claimed, for: Tick(number: UInt32(tick))) == claimed)
        }
    }

    @Test func aSingleShotCannotChooseItsMoment() {
        var claims = ViewClaims(tickRate: 60)
        honest(&claims, ticks: 1_000..<1_100)
        // A quarter of a second ago the target stood elsewhere.
        let judged = claims.judge(view(15, at: 1_100), for: Tick(number: 1_100))
        #expect(lag(judged, at: 1_100) <= 12.001)
        let present = claims.judge(view(0, at: 1_101), for: Tick(number: 1_101))
        #expect(abs(lag(present, at: 1_101) - 0.2) < 0.2)
    }

    @Test func noClaimGoesBackFartherThanTheRoundTripExplains() {
        var claims = ViewClaims(tickRate: 60)
        claims.receive(roundTrip: .milliseconds(20))
        for tick in 2_000..<2_400 {
            let judged = claims.judge(view(60, at: tick), for: Tick(number: UInt32(tick)))
            #expect(lag(judged, at: tick) <= 19.3)
        }
    }

    @Test func aLongerWayIsLearned() {
        var claims = ViewClaims(tickRate: 60)
        honest(&claims, ticks: 1_000..<1_100)
        for tick in 1_100..<1_500 {
            _ = claims.judge(view(30, at: tick), for: Tick(number: UInt32(tick)))
        }
        let claimed = view(30, at: 1_500)
        #expect(claims.judge(claimed, for: Tick(number: 1_500)) == claimed)
    }

    @Test func claimsOfTheFutureAndOfTheBeginningAreMoments() {
        var claims = ViewClaims(tickRate: 60)
        #expect(claims.judge(TickTime(ticks: 900), for: Tick(number: 10)) == TickTime(ticks: 10))
        #expect(claims.judge(TickTime(units: 0), for: Tick(number: .max)).tick.number > 0)
    }
}
