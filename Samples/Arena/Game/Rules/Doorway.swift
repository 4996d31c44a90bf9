package import Parley

/// One side of a passage between two areas: a place in an outer wall.
package struct Doorway: Hashable, Sendable {
    package let area: Area
    /// The middle of the door, in the wall.
    package let place: Vector
    /// The direction away from the wall, of length 1.
    package let inward: Vector
    /// The number of the doorway at the other side.
    package let other: Int

    /// The distance from the middle within which a walker passes through, in metres.
    package static let reach = 0.7

    /// The place at which a walker comes out: too far off to pass through again at once.
    package var exit: Spot { Spot(place + inward * 1.5, in: area) }

    /// The place to walk to in order to pass: a free place within reach.
    package var threshold: Spot { Spot(place + inward * 0.5, in: area) }

    /// Whether a walker at `spot` is in the door.
    package func contains(_ spot: Spot) -> Bool {
        spot.area == area && spot.position.distance(to: place) <= Self.reach
    }
}

/// A doorway as it is replicated. Clients know its place, and learn whether it is open.
package struct Door: WorldEntity, Hashable {
    /// Its number among the arena's doorways.
    package private(set) var number = 0
    package var isOpen = true

    package init() {}

    package init(_ number: Int) {
        self.number = number
    }

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("isOpen", &isOpen)
        visit("number", &number, .unsigned(bits: 5))
    }

    package var area: Area { doorway?.area ?? Grounds.courtyard }

    package var place: SIMD2<Double> {
        doorway.map { SIMD2($0.place.x, $0.place.y) } ?? .zero
    }

    private var doorway: Doorway? {
        let doorways = Grounds.arena.doorways
        return doorways.indices.contains(number) ? doorways[number] : nil
    }
}
