internal import ParleySockets

/// The clock of a simulated host: it maps true time, in which the scheduler and the links work, to the
/// host's own time, and back.
///
/// The mapping is a straight line that bends where the rate changes, and never jumps. It is computed in
/// whole numbers, so that it is the same on every machine.
struct HostClock: Sendable {
    /// How many nanoseconds the clock counts in a true second.
    private var perSecond = second
    /// The latest bend of the line, in nanoseconds of both times.
    private var bend: (true: Int64, own: Int64) = (0, 0)

    private static let second: Int64 = 1_000_000_000
    /// The rates that a clock can have.
    static let rates = 0.001...1_000.0

    /// How fast the clock runs; 1 for one that is right. A billionth is the smallest difference.
    var rate: Double { Double(perSecond) / Double(Self.second) }

    /// What the clock shows at a true instant that is not before the latest change of its rate.
    func time(at instant: NetworkInstant) -> NetworkInstant {
        let passed = instant.nanoseconds - bend.true
        guard perSecond != Self.second else {
            return NetworkInstant(nanoseconds: bend.own + passed)
        }
        let counted = Int128(passed) * Int128(perSecond) / Int128(Self.second)
        return NetworkInstant(nanoseconds: Int64(clamping: Int128(bend.own) + counted))
    }

    /// The first true instant at which the clock shows `time` or more. For a time before the latest
    /// change of the rate, the instant of that change.
    func trueTime(of time: NetworkInstant) -> NetworkInstant {
        guard time.nanoseconds > bend.own else { return NetworkInstant(nanoseconds: bend.true) }
        let missing = Int128(time.nanoseconds) - Int128(bend.own)
        let passes =
            (missing * Int128(Self.second) + Int128(perSecond) - 1) / Int128(perSecond)
        return NetworkInstant(nanoseconds: Int64(clamping: Int128(bend.true) + passes))
    }

    /// Changes the rate at a true instant, at which the clock goes on from what it shows.
    mutating func setRate(_ rate: Double, at instant: NetworkInstant) {
        precondition(Self.rates.contains(rate), "a clock's rate is within \(Self.rates)")
        bend = (instant.nanoseconds, time(at: instant).nanoseconds)
        perSecond = Int64((rate * Double(Self.second)).rounded())
    }
}
