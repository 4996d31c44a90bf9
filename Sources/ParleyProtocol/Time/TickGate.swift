/// Refuses ticks that the server cannot have reached yet.
///
/// One forged snapshot from the far future would make every later one look old. A tick may be ahead
/// of the newest one by the time that has passed, and by two seconds. The client's clock may have
/// stood still, as in a laptop that slept, so three such ticks in a row that agree with each other
/// are believed.
package struct TickGate: Sendable {
    private struct Sighting {
        var tick: Tick
        var time: Double

        /// How many ticks another one is ahead of where this one leads.
        func lead(of tick: Tick, at time: Double, rate: Double) -> Double {
            Double(self.tick.distance(to: tick)) - max(time - self.time, 0) * rate
        }
    }

    private static let slack = 2.0
    private static let agreement = 1.0
    private static let sightingsNeeded = 3

    private let rate: Double
    private var newest: Sighting?
    private var candidate: Sighting?
    private var sightings = 0

    /// A gate that admits any first tick.
    package init(tickRate: Int) {
        rate = Double(max(1, tickRate))
    }

    /// Judges the tick of a snapshot that arrived; an old tick is admitted.
    package mutating func admits(_ tick: Tick, at now: Duration) -> Bool {
        let sighting = Sighting(tick: tick, time: now.inSeconds)
        guard let newest else {
            self.newest = sighting
            return true
        }
        if newest.lead(of: tick, at: sighting.time, rate: rate) <= Self.slack * rate {
            if tick > newest.tick { (self.newest, candidate) = (sighting, nil) }
            return true
        }
        if let candidate, tick > candidate.tick,
            abs(candidate.lead(of: tick, at: sighting.time, rate: rate)) <= Self.agreement * rate
        {
            sightings += 1
        } else {
            sightings = 1
        }
        candidate = sighting
        guard sightings >= Self.sightingsNeeded else { return false }
        (self.newest, candidate) = (sighting, nil)
        return true
    }
}
