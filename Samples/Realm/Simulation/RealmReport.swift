import Parley

/// The result of a simulated realm.
package struct RealmReport: Sendable {
    package var seed: UInt64 = 0
    /// A hash of all events: equal for equal runs.
    package var traceHash: UInt64 = 0
    /// The number of events.
    package var events: UInt64 = 0
    /// The virtual time that passed.
    package var elapsed = Duration.zero
    package var counts = RealmCounts()
    /// What went wrong, the first twenty; empty when nothing did.
    package var complaints: [String] = []

    package var isGood: Bool { complaints.isEmpty }
}

/// The counters of a simulated realm.
package struct RealmCounts: Hashable, Sendable {
    /// Processes that were started.
    package var worldServers = 0
    /// World servers that died or stood still for long while there were others.
    package var worldLosses = 0
    package var zoneServers = 0
    /// Zones that were drained to their end.
    package var drained = 0
    /// Sessions that bots began; those that ended otherwise than by the bot or a crash of its host.
    package var sessions = 0
    package var lost = 0
    /// Characters in quarantine that were pardoned.
    package var pardons = 0
    /// Crossings that bots saw.
    package var crossings = 0
    /// The silences at crossings, and those from half a second on.
    package var silences: [Duration] = []
    package var stalls: [Duration] = []
    /// Frames that were looked at, and how often there was none between two.
    package var frames = 0
    package var gaps = 0
    /// Notices of its own waves that a bot has counted.
    package var waves = 0
    /// Lines of chat and whispers that bots have heard.
    package var lines = 0
    /// How often all zones and all rows of the store were compared.
    package var looks = 0
    /// Characters that the store knew at the end.
    package var characters = 0
    /// How long it took after the last fault until everybody played.
    package var settling = Duration.zero

    /// A part of the silences at crossings: 0.5 for the median; nil without a crossing.
    package func silence(part: Double) -> Duration? {
        let sorted = silences.sorted()
        guard !sorted.isEmpty else { return nil }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }
}
