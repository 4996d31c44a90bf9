/// How long a client was without news of its own body: at crossings, and otherwise.
package struct SilenceMeter: Sendable {
    /// The silences of crossings: from the last news of the old zone to the first of the new one. The newest 4,096.
    package private(set) var crossings: [Duration] = []
    /// How many crossings there were.
    package private(set) var crossingCount = 0
    /// The silences from half a second on, of which the zone's end is one reason. The newest 256.
    package private(set) var stalls: [Duration] = []

    private var zone: String?
    private var tick: Int?
    private var heard: Duration?

    /// The silence that counts as a stall.
    package static let stall = Duration.milliseconds(500)

    package init() {}

    /// Takes the newest state of the body that the client has: its zone and tick.
    package mutating func note(_ zone: String, _ tick: Int, at now: Duration) {
        guard zone != self.zone || tick != self.tick else { return }
        if let heard {
            let silence = now - heard
            if silence >= Self.stall {
                stalls.append(silence)
                if stalls.count > 256 { stalls.removeFirst() }
            } else if zone != self.zone {
                crossings.append(silence)
                if crossings.count > 4_096 { crossings.removeFirst() }
            }
            if zone != self.zone { crossingCount += 1 }
        }
        (self.zone, self.tick, heard) = (zone, tick, now)
    }

    /// Whether the news are fresh.
    package func isPlaying(at now: Duration) -> Bool {
        heard.map { now - $0 < Self.stall } ?? false
    }

    /// Since when there is no news; nil before the first.
    package var silentSince: Duration? { heard }
}
