/// The rule by which ticks end with a snapshot, from both rates per second.
///
/// Server and clients use the same rule, so a client knows which snapshots it has missed.
package struct SnapshotCadence: Hashable, Sendable {
    /// Steps a second.
    package let tickRate: UInt64

    /// Snapshots a second, never more than steps.
    package let snapshotRate: UInt64

    /// The rule for these rates.
    package init(tickRate: Int, snapshotRate: Int) {
        self.tickRate = UInt64(max(1, tickRate))
        self.snapshotRate = min(UInt64(max(1, snapshotRate)), self.tickRate)
    }

    /// How many snapshots have been due up to and including this tick.
    package func count(through tick: Tick) -> UInt64 {
        UInt64(tick.number) * snapshotRate / tickRate
    }

    /// Whether this tick ends with a snapshot.
    package func isDue(at tick: Tick) -> Bool {
        guard tick.number > 0 else { return false }
        return count(through: tick) > count(through: Tick(number: tick.number - 1))
    }
}
