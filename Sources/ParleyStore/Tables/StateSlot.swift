internal import ParleyHandoff

/// Where a state of a character is kept. A seal does not replace the checkpoint before it, so a character whose
/// seal no zone can read has a state to go back to.
enum StateSlot: Int, Hashable, Sendable, CaseIterable {
    /// What its owner wrote last.
    case checkpoint = 0
    /// What its last owner sealed at the handoff.
    case seal = 1
}

/// A state of a character, and the epoch at which it was written.
struct StateRow: Hashable, Sendable {
    var number: UInt64
    /// The tick of the zone that wrote it: it orders the checkpoints of one owner.
    var moment: UInt64
    var state: StoredState
}

extension [StateSlot: StateRow] {
    /// The newest state. A checkpoint of an epoch comes after the seal that began it.
    var newest: StoredState? {
        switch (self[.checkpoint], self[.seal]) {
        case (let checkpoint?, let seal?):
            seal.number > checkpoint.number ? seal.state : checkpoint.state
        case (let checkpoint, let seal): (checkpoint ?? seal)?.state
        }
    }
}
