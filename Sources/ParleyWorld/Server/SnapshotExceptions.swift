package import ParleyProtocol

/// Predicting players whose next snapshot does not follow the cadence.
package struct SnapshotExceptions: Hashable, Sendable {
    /// Those who get one after this step: it brings their bodies.
    package var due: Set<PlayerID> = []
    /// Those who get none: their bodies have gone where a snapshot of this world could not show them.
    package var held: Set<PlayerID> = []

    /// No exceptions.
    package init() {}

    /// Whether a player gets a snapshot; nil for one without an exception.
    func isDue(_ player: PlayerID) -> Bool? {
        if held.contains(player) { return false }
        return due.contains(player) ? true : nil
    }
}
