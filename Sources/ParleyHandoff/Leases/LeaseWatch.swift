/// What a world server has itself seen of the zones' heartbeats.
///
/// It declares a zone gone only after it has seen the same heartbeat for `watchDuration`, on its own
/// clock. The store compares that heartbeat again, so an old view does no harm.
package struct LeaseWatch: Sendable {
    private struct Sight {
        var process: ZoneProcess
        var beat: UInt64
        var since: Duration
    }

    private let timings: HandoffTimings
    private var sights: [Sight] = []
    /// When the newest survey's answer came.
    private var observedAt: Duration?

    /// A watch that has seen nothing.
    package init(timings: HandoffTimings) {
        self.timings = timings
    }

    /// When the next zone would be dead, if its heartbeat stood still until then.
    package func nextExpiry(after now: Duration) -> Duration? {
        sights.map { $0.since + timings.watchDuration }.filter { $0 > now }.min()
    }

    /// Takes what a survey says of the zones.
    ///
    /// - Parameters:
    ///   - askedAt: When the survey was asked for; its answer may have been long on its way.
    ///   - now: When the answer came.
    /// - Returns: The requests that declare dead zones gone.
    package mutating func observe(
        _ zones: [OwnershipSurvey.Zone], askedAt: Duration, at now: Duration
    ) -> [OwnershipRequest] {
        // A world server that stood still has passed no heartbeat on, and would find all zones dead.
        if let observedAt, askedAt - observedAt >= timings.surveyInterval * 2 {
            for index in sights.indices { sights[index].since = now }
        }
        observedAt = now
        sights.removeAll { sight in !zones.contains { $0.process == sight.process } }
        var expired: [OwnershipRequest] = []
        for zone in zones where zone.state != .gone {
            guard let index = sights.firstIndex(where: { $0.process == zone.process }) else {
                // The heartbeat stood so when the answer was made; it is counted from the answer's arrival.
                sights.append(Sight(process: zone.process, beat: zone.beat, since: now))
                continue
            }
            if sights[index].beat < zone.beat {
                sights[index].beat = zone.beat
                sights[index].since = now
            } else if sights[index].beat == zone.beat,
                askedAt - sights[index].since >= timings.watchDuration
            {
                expired.append(.retire(zone.process, beat: zone.beat))
            }
        }
        return expired
    }
}
