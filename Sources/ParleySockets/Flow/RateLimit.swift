/// So many of something a second, with a burst allowed: a token bucket, in whole nanoseconds, kept
/// as the time up to which its tokens are spent.
package struct RateLimit: Sendable {
    private let interval: Int64
    private let burst: Int64
    private var spentUntil = Int64.min

    /// A limit of `perSecond`, of which `burst` may come at once; a tenth where that is not said.
    package init(perSecond: Int, burst: Int? = nil) {
        interval = 1_000_000_000 / Int64(max(1, perSecond))
        let atOnce = Int64(clamping: max(1, burst ?? perSecond / 10))
        let (span, overflow) = interval.multipliedReportingOverflow(by: atOnce)
        self.burst = overflow ? .max / 2 : max(interval, span)
    }

    /// Takes one; returns when it may happen, which is `now` unless the limit is reached.
    ///
    /// One that may not happen yet is not counted.
    package mutating func next(now: NetworkInstant) -> NetworkInstant {
        let start = max(spentUntil, now.nanoseconds - burst)
        let end = start + interval
        guard end <= now.nanoseconds else { return NetworkInstant(nanoseconds: end) }
        spentUntil = end
        return now
    }

    /// Takes one if it may happen now.
    package mutating func take(at now: NetworkInstant) -> Bool {
        next(now: now) == now
    }

    /// Takes back the last one that was allowed: it did not happen.
    package mutating func giveBack() {
        spentUntil -= interval
    }
}
