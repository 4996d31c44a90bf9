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

    /// Takes one token; returns the time at which the event may happen: `now` unless the limit is
    /// reached.
    ///
    /// An event that may not happen yet takes no token.
    package mutating func next(now: NetworkInstant) -> NetworkInstant {
        let start = max(spentUntil, now.nanoseconds - burst)
        let end = start + interval
        guard end <= now.nanoseconds else { return NetworkInstant(nanoseconds: end) }
        spentUntil = end
        return now
    }

    /// Takes one token if the event may happen now.
    package mutating func take(at now: NetworkInstant) -> Bool {
        next(now: now) == now
    }

    /// Gives the last token back, because its event did not happen.
    package mutating func giveBack() {
        spentUntil -= interval
    }
}
