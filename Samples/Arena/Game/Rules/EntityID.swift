/// The identity of a player or NPC in the arena. A player's entity has the player's number, an NPC a
/// high one.
package struct EntityID: Hashable, Comparable, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The `index`-th NPC, counted from 0.
    package static func npc(_ index: Int) -> EntityID {
        EntityID(rawValue: 0x8000_0000 + UInt32(index))
    }

    package var isNPC: Bool { rawValue >= 0x8000_0000 }

    package static func < (left: EntityID, right: EntityID) -> Bool {
        left.rawValue < right.rawValue
    }
}
