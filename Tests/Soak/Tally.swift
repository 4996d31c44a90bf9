import Properties

/// The results of many seeds.
struct Tally: Sendable, CustomStringConvertible {
    var failures = 0
    private var runs = 0
    private var events: UInt64 = 0
    private var elapsed = Duration.zero
    private var hashes: Set<UInt64> = []

    mutating func note(_ report: Property.Report) {
        runs += 1
        events += report.events
        elapsed += report.elapsed
        hashes.insert(report.traceHash)
    }

    mutating func add(_ other: Tally) {
        failures += other.failures
        runs += other.runs
        events += other.events
        elapsed += other.elapsed
        hashes.formUnion(other.hashes)
    }

    /// The word that scripts search for.
    var verdict: String { failures == 0 ? "PASSED" : "FAILED" }

    var description: String {
        "\(runs) of \(runs + failures) worlds hold, \(hashes.count) of them different, "
            + "\(events) events in \(elapsed.components.seconds) virtual seconds"
    }
}
