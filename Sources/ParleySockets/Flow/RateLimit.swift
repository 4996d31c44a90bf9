/// So many of something a second, with a short burst allowed: a token bucket, kept as the time at
/// which the bucket was last full.
struct RateLimit: Sendable {
    private let interval: Int64
    private let burst: Int64
    private var spentUntil = Int64.min

    /// A limit of `perSecond`, of which a tenth may come at once.
    init(perSecond: Int) {
        interval = 1_000_000_000 / Int64(max(1, perSecond))
        burst = max(interval, 100_000_000)
    }

    /// Takes one; returns when it may happen, which is `now` unless the limit is reached. One that
    /// may not happen yet is not counted.
    mutating func next(now: NetworkInstant) -> NetworkInstant {
        let start = max(spentUntil, now.nanoseconds - burst)
        let end = start + interval
        guard end <= now.nanoseconds else { return NetworkInstant(nanoseconds: end) }
        spentUntil = end
        return now
    }

    /// Takes back the last one that `next(now:)` allowed: it did not happen.
    mutating func giveBack() {
        spentUntil -= interval
    }
}
