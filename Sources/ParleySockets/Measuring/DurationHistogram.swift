/// Durations, counted by how long they were: what a scraper of metrics adds up over servers and time.
///
/// Its size is fixed: one count for each of ``bounds``, and one for what is longer.
public struct DurationHistogram: Hashable, Sendable {
    /// The upper bounds that durations are counted below, ascending: 100 µs to 10 s.
    public static let bounds: [Duration] = [
        .microseconds(100), .microseconds(250), .microseconds(500),
        .milliseconds(1), .microseconds(2_500), .milliseconds(5),
        .milliseconds(10), .milliseconds(25), .milliseconds(50),
        .milliseconds(100), .milliseconds(250), .milliseconds(500),
        .seconds(1), .milliseconds(2_500), .seconds(5), .seconds(10),
    ]

    /// How many durations were at most each of ``bounds`` and above the one before, and at the end those above all.
    public private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// The sum of all durations.
    public private(set) var sum = Duration.zero

    /// No durations.
    public init() {}

    /// How many durations there were.
    public var count: UInt64 { counts.reduce(0, +) }

    /// Counts a duration. A negative one counts as zero.
    package mutating func note(_ duration: Duration) {
        let duration = max(duration, .zero)
        counts[Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count] += 1
        sum += duration
    }

    /// The bound below which that share of the durations was; nil without durations, or if it is above all bounds.
    ///
    /// - Parameter share: 0 to 1: 0.99 for the 99th percentile.
    public func bound(of share: Double) -> Duration? {
        let wanted = (Double(count) * min(max(share, 0), 1)).rounded(.up)
        var seen: UInt64 = 0
        for (bound, count) in zip(Self.bounds, counts) {
            seen += count
            if seen > 0, Double(seen) >= wanted { return bound }
        }
        return nil
    }
}
