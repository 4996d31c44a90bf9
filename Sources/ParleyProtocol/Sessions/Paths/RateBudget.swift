/// So many events a second, some of them at once (the virtual scheduling algorithm of ITU-T I.371).
struct RateBudget: Sendable {
    /// The time at which all of the burst is available again.
    private var full: Duration?

    /// Takes one event from the budget. In no second are there more than `burst` and 1 s / `interval`.
    ///
    /// - Returns: Whether it may happen.
    mutating func take(burst: Int, interval: Duration, at now: Duration) -> Bool {
        guard next(burst: burst, interval: interval) <= now else { return false }
        full = max(full ?? now, now) + interval
        return true
    }

    /// The time from which an event may happen; the distant past if all may.
    func next(burst: Int, interval: Duration) -> Duration {
        full.map { $0 - interval * (burst - 1) } ?? .seconds(Int64.min / 4)
    }
}
