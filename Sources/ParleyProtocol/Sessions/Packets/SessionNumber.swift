/// The number of a session in the header of its packets: a slot of the server's table, and how often
/// the slot was used before.
///
/// A server finds a packet's session by its slot, without hashing or searching.
package struct SessionNumber: Hashable, Sendable, CustomStringConvertible {
    /// How many bits the slot has; the generation has the other 12.
    package static let slotBits: UInt32 = 20
    /// How many sessions a server can have at a time.
    package static let slotCount = 1 << Int(slotBits)

    /// The 32 bits of the header.
    package let rawValue: UInt32

    /// The number with these 32 bits.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The number of a slot's session. Higher bits of both parts are left out.
    package init(slot: Int, generation: UInt32) {
        let low = UInt32(truncatingIfNeeded: slot) & UInt32(Self.slotCount - 1)
        rawValue = generation << Self.slotBits | low
    }

    /// The index in the server's table.
    package var slot: Int { Int(rawValue) & (Self.slotCount - 1) }

    /// How often the slot was used before, modulo 4,096, counted from a random start.
    package var generation: UInt32 { rawValue >> Self.slotBits }

    /// The slot and the generation, as in "17.4".
    package var description: String { "\(slot).\(generation)" }
}
