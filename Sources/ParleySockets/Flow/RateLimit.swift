/// A token bucket: so many events a second, with a burst allowed. It works in whole nanoseconds and
/// stores the time up to which its tokens are spent.
package struct RateLimit: Sendable {
    private let interval: Int64
    private let burst: Int64
    private var spentUntil = Int64.min

    /// A limit of `perSecond` events, of which `burst` may come at once; a tenth by default.
    package init(perSecond: Int, burst: Int? = nil) {
        interval = 1_000_000_000 / Int64(max(1, perSecond))
        let atOnce = Int64(clamping: max(1, burst ?? perSecond / 10))
        let (span, overflow) = interval.multipliedReportingOverflow(by: atOnce)
        self.burst = overflow ? .max / 2 : max(interval, span)
    }

    /// Takes a number of tokens, one by default; returns the time at which the event may happen: `now`
    /// unless the limit is reached.
    ///
    /// An event that may not happen yet takes no token. More tokens than the burst are never there.
    package mutating func next(now: NetworkInstant, count: Int = 1) -> NetworkInstant {
        let start = max(spentUntil, now.nanoseconds - burst)
        let end = start + interval * Int64(count)
        guard end <= now.nanoseconds else { return NetworkInstant(nanoseconds: end) }
        spentUntil = end
        return now
    }

    /// Takes a number of tokens, one by default, if the event may happen now.
    package mutating func take(_ count: Int = 1, at now: NetworkInstant) -> Bool {
        next(now: now, count: count) == now
    }

    /// Refunds the last token, because its event did not happen.
    package mutating func refund() {
        spentUntil -= interval
    }
}
