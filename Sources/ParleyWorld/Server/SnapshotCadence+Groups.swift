package import ParleyProtocol

/// Predicting clients are spread over the ticks between two snapshots, so that a tick carries only a
/// part of all packets: less waits behind one tick's broadcast, and the network sees smaller bursts.
extension SnapshotCadence {
    /// How many players who join one after the other are due in the same tick. A game of few players
    /// takes no more snapshots of its world than one without groups.
    private static var groupSize: UInt64 { 16 }

    /// How many groups there are: one for each tick between two snapshots. Rates that do not divide
    /// have one group, since clients count the snapshots that they miss by the ticks of one.
    private var groupCount: UInt64 {
        tickRate.isMultiple(of: snapshotRate) ? tickRate / snapshotRate : 1
    }

    /// Whether a predicting client is due in one of the ticks after `served`, up to `tick`.
    package func isDue(_ player: PlayerID, at tick: Tick, since served: Tick) -> Bool {
        guard tickRate.isMultiple(of: snapshotRate) else {
            return count(through: tick) > count(through: served)
        }
        let group = UInt64(player.rawValue) / Self.groupSize % groupCount
        // The group is due in the ticks n * groupCount + group.
        let age = (UInt64(tick.number) &+ groupCount &- group) % groupCount
        return tick > served && age < UInt64(tick.number) &- UInt64(served.number)
    }
}
