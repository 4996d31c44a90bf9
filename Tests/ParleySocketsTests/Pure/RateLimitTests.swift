import Testing

@testable import ParleySockets

struct RateLimitTests {
    @Test(arguments: [1, 7, 10, 1000, 20_000, 1_000_000])
    func allowsItsRateAndATenthOfItAtOnce(perSecond: Int) {
        var limit = RateLimit(perSecond: perSecond)
        var now = NetworkInstant(nanoseconds: 5_000_000_000)
        var first = 0
        while first < perSecond + 1, limit.next(now: now) == now { first += 1 }
        #expect(first == max(1, perSecond / 10))
        var allowed = 0
        let end = now.advanced(by: .seconds(3))
        while now <= end {
            let next = limit.next(now: now)
            if next == now { allowed += 1 } else { now = next }
        }
        #expect(abs(allowed - 3 * perSecond) <= 1)
    }

    @Test func aReturnedPermitDoesNotCount() {
        var limit = RateLimit(perSecond: 10)
        let now = NetworkInstant(nanoseconds: 0)
        for _ in 0..<1000 {
            #expect(limit.next(now: now) == now)
            limit.refund()
        }
        #expect(limit.next(now: now) == now)
        #expect(limit.next(now: now) == NetworkInstant(nanoseconds: 100_000_000))
    }

    @Test(arguments: [0, -5, Int.min, Int.max])
    func survivesOddLimits(perSecond: Int) {
        var limit = RateLimit(perSecond: perSecond)
        let now = NetworkInstant(nanoseconds: 0)
        #expect(limit.next(now: now) == now)
    }
}
