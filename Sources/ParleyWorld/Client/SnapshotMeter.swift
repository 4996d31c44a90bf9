package import ParleyProtocol

/// What a client counts of snapshots, as a value: their ticks go in.
package struct SnapshotMeter: Sendable {
    private let cadence: SnapshotCadence
    private var gate: TickGate

    /// The tick of the newest snapshot; nil before the first.
    package private(set) var newest: Tick?
    /// Snapshots that were newer than all before.
    package private(set) var count: UInt64 = 0
    /// Snapshots that were due between those that came, and did not come, or came too late.
    package private(set) var lost: UInt64 = 0
    /// Snapshots that arrived after a newer one, or twice.
    package private(set) var late: UInt64 = 0

    /// A meter that has counted nothing.
    ///
    /// - Parameter cadence: Which ticks end with a snapshot.
    package init(cadence: SnapshotCadence) {
        self.cadence = cadence
        gate = TickGate(tickRate: Int(cadence.tickRate))
    }

    /// The relation of a snapshot to those before.
    package enum Order: Sendable {
        /// It is newer than all before.
        case newest
        /// It is not.
        case late
        /// It is from a future that the server cannot have reached, and was not counted.
        case impossible
    }

    /// Counts a snapshot.
    package mutating func receive(_ tick: Tick, at now: Duration) -> Order {
        guard gate.admits(tick, at: now) else { return .impossible }
        return note(tick) ? .newest : .late
    }

    /// Counts a packet of a snapshot that a ``ClientPrediction`` has judged: one of several of its
    /// tick, perhaps.
    package mutating func receivePart(of tick: Tick) {
        if tick != newest { _ = note(tick) }
    }

    private mutating func note(_ tick: Tick) -> Bool {
        if let newest {
            guard tick > newest else {
                late += 1
                return false
            }
            let due = cadence.count(through: tick) - cadence.count(through: newest)
            lost += due > 0 ? due - 1 : 0
        }
        newest = tick
        count += 1
        return true
    }
}
