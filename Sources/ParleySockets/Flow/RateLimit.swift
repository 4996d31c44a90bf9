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

    /// Takes one, or `count`; returns when that may happen, which is `now` unless the limit is
    /// reached.
    ///
    /// What may not happen yet is not counted, and more than the burst may never happen.
    package mutating func next(now: NetworkInstant, count: Int = 1) -> NetworkInstant {
        let start = max(spentUntil, now.nanoseconds - burst)
        let end = start + interval * Int64(count)
        guard end <= now.nanoseconds else { return NetworkInstant(nanoseconds: end) }
        spentUntil = end
        return now
    }

    /// Takes one, or `count`, if that may happen now.
    package mutating func take(_ count: Int = 1, at now: NetworkInstant) -> Bool {
        next(now: now, count: count) == now
    }

    /// Takes back the last one that was allowed: it did not happen.
    package mutating func giveBack() {
        spentUntil -= interval
    }
}
