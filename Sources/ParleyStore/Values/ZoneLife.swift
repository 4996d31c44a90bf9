public import ParleyHandoff

/// One life of a zone's process in one generation of the realm: what a zone's own calls are fenced by.
///
/// After a restore from a backup an incarnation's number can be given a second time, so the generation is part
/// of the fence.
public struct ZoneLife: Hashable, Sendable, CustomStringConvertible {
    /// The zone's name.
    public var zone: ZoneName
    /// The number of the life.
    public var incarnation: Incarnation
    /// The realm's generation at registration.
    public var generation: UInt32

    /// A life from its three parts.
    public init(zone: ZoneName, incarnation: Incarnation, generation: UInt32) {
        self.zone = zone
        self.incarnation = incarnation
        self.generation = generation
    }

    /// For example "north, incarnation 3, generation 1".
    public var description: String { "\(zone), \(incarnation), generation \(generation)" }
}
