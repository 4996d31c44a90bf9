/// The name of an entity: a place in the server's table, and the generation of the entity in it.
///
/// A place is used again after a despawn, with another generation, so a handle that is kept too long
/// names no entity rather than another one.
public struct EntityHandle: Hashable, Sendable {
    /// The place in the lowest 20 bits, the generation above them.
    public let rawValue: UInt32

    /// The handle with a raw value.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    static let indexBits: UInt32 = 20
    /// The most entities that a server has at a time.
    public static let maximumCount = 1 << 20

    package init(index: Int, generation: UInt32) {
        rawValue = UInt32(truncatingIfNeeded: index) | generation << Self.indexBits
    }

    /// The place.
    package var index: Int { Int(rawValue & (1 << Self.indexBits - 1)) }
    /// How many entities had the place before, modulo 4,096.
    package var generation: UInt32 { rawValue >> Self.indexBits }
}
