package import Parley

/// A place in one of the areas.
package struct Spot: Hashable, Sendable {
    package var position: Vector
    package var area: Area

    package init(_ position: Vector, in area: Area = Grounds.courtyard) {
        self.position = position
        self.area = area
    }

    /// In metres; infinite to another area.
    package func distance(to other: Spot) -> Double {
        area == other.area ? position.distance(to: other.position) : .infinity
    }
}
