package import Parley

/// One side of a passage between two areas: a place in an outer wall.
package struct Doorway: Hashable, Sendable {
    package let area: Area
    /// Its middle, in the wall.
    package let place: Vector
    /// The direction of length 1 that leads away from the wall.
    package let inward: Vector
    /// Where one comes out: the number of the other side.
    package let other: Int

    /// How near one has to be to its middle to pass through, in metres.
    package static let reach = 0.7

    /// Where one stands who comes out of it, too far off to pass at once again.
    package var exit: Spot { Spot(place + inward * 1.5, in: area) }

    /// Where one walks to who wants to pass: it can be stood on, and is within reach.
    package var threshold: Spot { Spot(place + inward * 0.5, in: area) }

    /// Whether somebody who stands there is in it.
    package func contains(_ spot: Spot) -> Bool {
        spot.area == area && spot.position.distance(to: place) <= Self.reach
    }
}

/// A doorway as clients are shown it: they know where it is, and are told whether it is open.
package struct Door: WorldEntity, Hashable {
    /// Which of the arena's doorways it is.
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
