package import Parley

/// Somebody in the arena, as the rules see them: what a player moves, and a client predicts.
///
/// All that the rules look at is replicated, and moments are numbers of ticks and not ages, so that a
/// client can go on from any state exactly as the server does, and nothing is sent of who rests.
package struct Walker: PlayerBody, Hashable {
    package internal(set) var id = EntityID(rawValue: 0)
    package var position = Vector.zero
    /// Metres a second, as it really was in the last step.
    package var velocity = Vector.zero
    package var area: Area = Grounds.courtyard
    /// From which tick on they can dash again.
    package internal(set) var restedAt = Tick(number: 0)
    /// From which tick on they can be tagged.
    package var vulnerableAt = Tick(number: 0)
    /// Whether they have to catch the others.
    package internal(set) var isIt = false
    /// How many times they tagged somebody.
    package internal(set) var score: UInt16 = 0

    package init() {}

    package init(id: EntityID, position: Vector, area: Area = Grounds.courtyard) {
        self.id = id
        self.position = position
        self.area = area
    }

    /// Whether they cannot be tagged in this tick.
    package func isImmune(at tick: Tick) -> Bool { tick < vulnerableAt }

    /// Where they are, with the area.
    package var spot: Spot { Spot(position, in: area) }
}

extension Walker {
    package var place: SIMD2<Double> { SIMD2(position.x, position.y) }

    /// What is smoothed on the screen of who moves it.
    package var pose: Vector {
        get { position }
        set { position = newValue }
    }

    /// Nobody is pushed that far in a moment.
    package static let teleportLength = 3.0

    /// What changes in every step comes first.
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

    /// About a millimetre, and never a wall nearer than it is: the rules leave twice as much.
    private static var places: FixedPointField<Double> { .fixed(in: 0...64, precision: 1 / 1024) }
    private static var speeds: FixedPointField<Double> { .fixed(in: -16...16, precision: 1 / 32) }
}
