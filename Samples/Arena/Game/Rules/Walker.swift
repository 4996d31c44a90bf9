package import Parley

/// The body of a player or NPC: what a player moves and a client predicts.
///
/// Everything that the rules read is replicated, so a client can go on from any state exactly as the
/// server does. Moments are ticks and not ages, so a body at rest needs no update.
package struct Walker: PlayerBody, Hashable {
    package internal(set) var id = EntityID(rawValue: 0)
    package var position = Vector.zero
    /// Metres a second, as the last step really moved the body.
    package var velocity = Vector.zero
    package var area: Area = Grounds.courtyard
    /// The first tick of the next possible dash.
    package internal(set) var restedAt = Tick(number: 0)
    /// The first tick at which the walker can be tagged.
    package var vulnerableAt = Tick(number: 0)
    /// Whether the walker has to catch the others.
    package internal(set) var isIt = false
    /// The number of walkers it has tagged.
    package internal(set) var score: UInt16 = 0

    package init() {}

    package init(id: EntityID, position: Vector, area: Area = Grounds.courtyard) {
        self.id = id
        self.position = position
        self.area = area
    }

    /// Whether the walker cannot be tagged in this tick.
    package func isImmune(at tick: Tick) -> Bool { tick < vulnerableAt }

    /// The place, with the area.
    package var spot: Spot { Spot(position, in: area) }
}

extension Walker {
    package var place: SIMD2<Double> { SIMD2(position.x, position.y) }

    /// The part of the body that the view smooths after a correction.
    package var pose: Vector {
        get { position }
        set { position = newValue }
    }

    /// No push moves a body that far in one step.
    package static let teleportLength = 3.0

    /// Fields that change in every step come first.
    package mutating func fields(_ visit: inout some FieldVisitor) {
        let (places, speeds) = (Self.places, Self.speeds)
        visit("x", &position.x, places, velocity: &velocity.x, speeds)
        visit("y", &position.y, places, velocity: &velocity.y, speeds)
        visit("restedAt", &restedAt.number, .unsigned(bits: 32))
        visit("vulnerableAt", &vulnerableAt.number, .unsigned(bits: 32))
        visit("isIt", &isIt)
        visit("score", &score, .unsigned(bits: 16))
        visit("area", &area, .unsigned(bits: 2))
        visit("id", &id.rawValue, .unsigned(bits: 32))
    }

    /// Places are precise to about a millimetre. The rules keep bodies twice as far from walls.
    private static var places: FixedPointField<Double> { .fixed(in: 0...64, precision: 1 / 1024) }
    private static var speeds: FixedPointField<Double> { .fixed(in: -16...16, precision: 1 / 32) }
}
