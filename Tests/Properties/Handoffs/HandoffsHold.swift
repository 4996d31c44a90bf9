import Handoffs

extension Property {
    /// Zones, world servers, a store and clients as values, in random interleavings: 2,000 for a seed.
    static let handoffsHold = Property(
        "handoffs-hold",
        "Whatever is lost, late, doubled or dead between zones, world servers, store and clients: a "
            + "character has one owner, one history and no gap in it, and plays again soon."
    ) { seed in
        var exploration = Exploration()
        exploration.steps = 40
        exploration.calmEvery = 32
        let report = try exploration.run(2_000, from: seed &* 2_000)
        return Report(
            traceHash: report.hash, events: report.steps,
            elapsed: .milliseconds(Int64(report.milliseconds)))
    }
}
