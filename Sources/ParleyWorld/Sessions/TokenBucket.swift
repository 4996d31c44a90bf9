package import ParleySockets

/// A limit of so many a second, with room for a burst.
package struct TokenBucket: Sendable {
    private let rate: Double
    private let burst: Double
    private var level: Double
    private var updated: NetworkInstant

    /// A bucket that begins full.
    package init(perSecond rate: Int, burst: Int, at now: NetworkInstant) {
        self.rate = Double(max(1, rate))
        self.burst = Double(max(1, burst))
        level = self.burst
        updated = now
    }

    /// Takes one, if there is one.
    package mutating func take(at now: NetworkInstant) -> Bool {
        if now > updated {
            level = min(burst, level + (updated.duration(to: now) / .seconds(1)) * rate)
            updated = now
        }
        guard level >= 1 else { return false }
        level -= 1
        return true
    }
}
