import Parley

/// The map of an area: a walled square with rectangular obstacles.
package struct ArenaMap: Hashable, Sendable {
    /// The length of the outer walls in metres; places run from 0 to `side` on both axes.
    package let side: Double
    package let obstacles: [Rectangle]
    /// What stops walkers, the same on the server and on every client.
    private let collisions: CollisionWorld

    package init(side: Double, obstacles: [Rectangle]) {
        self.side = side
        self.obstacles = obstacles
        let corners = Rectangle(0, 0, side, side).corners.map(\.inSpace)
        let walls = corners.indices.map {
            Collider.segment(corners[$0], corners[($0 + 1) % corners.count])
        }
        collisions = CollisionWorld(
            walls + obstacles.map(\.collider), skin: ArenaRules.touch)
    }

    package var center: Vector { Vector(side / 2, side / 2) }

    /// The place that a body reaches from a free place. The body slides along obstacles.
    package func walk(from start: Vector, by way: Vector) -> Vector {
        Vector(collisions.move(Self.body(), from: start.inSpace, by: way.inSpace).position)
    }

    /// Whether a body of this radius can stand at `place`. It may touch a wall.
    package func isFree(_ place: Vector, radius: Double = ArenaRules.bodyRadius) -> Bool {
        Rectangle(0, 0, side, side).contains(place)
            && !collisions.overlaps(Self.body(radius: radius), at: place.inSpace)
    }

    /// Whether a body can walk straight from one place to the other.
    package func isStraightWay(from start: Vector, to end: Vector) -> Bool {
        // Thinner by the depth that a body may be inside its skin.
        let body = Self.body(radius: ArenaRules.bodyRadius - 2 * ArenaRules.touch)
        return !collisions.overlaps(body, at: start.inSpace)
            && collisions.cast(body, from: start.inSpace, by: (end - start).inSpace) == nil
    }

    /// The shape of a body. Body and skin together have the body's radius.
    private static func body(radius: Double = ArenaRules.bodyRadius) -> CollisionShape {
        .sphere(radius: radius - ArenaRules.touch)
    }

    /// A random free place.
    package func randomPlace(using generator: inout some RandomNumberGenerator) -> Vector {
        let range = 1.0...(side - 1)
        for _ in 0..<64 {
            let place = Vector(
                Double.random(in: range, using: &generator),
                Double.random(in: range, using: &generator))
            if isFree(place, radius: ArenaRules.bodyRadius * 2) { return place }
        }
        return Vector(1, 1)
    }
}

extension ArenaMap {
    /// The arena of the sample, the same from all four sides.
    ///
    /// A fountain in a pinwheel of hedges, towers in the corners, a wall before each gate.
    package static let courtyard = ArenaMap(
        side: 40,
        obstacles: [
            Rectangle(19, 19, 21, 21),
            Rectangle(11.5, 14, 18, 15.5), Rectangle(24.5, 11.5, 26, 18),
            Rectangle(22, 24.5, 28.5, 26), Rectangle(14, 22, 15.5, 28.5),
            Rectangle(5, 5, 8, 8), Rectangle(32, 5, 35, 8),
            Rectangle(32, 32, 35, 35), Rectangle(5, 32, 8, 35),
            Rectangle(17, 5, 23, 6.5), Rectangle(33.5, 17, 35, 23),
            Rectangle(17, 33.5, 23, 35), Rectangle(5, 17, 6.5, 23),
        ])
}

extension ArenaMap {
    /// Pillars under the courtyard, with short paths and short views.
    package static let cellar = ArenaMap(
        side: 24,
        obstacles: [
            Rectangle(4, 4, 6, 6), Rectangle(11, 4, 13, 6), Rectangle(18, 4, 20, 6),
            Rectangle(7.5, 11, 9.5, 13), Rectangle(14.5, 11, 16.5, 13),
            Rectangle(4, 18, 6, 20), Rectangle(11, 17, 13, 19), Rectangle(18, 18, 20, 20),
        ])

    /// Hedges around a pond.
    package static let garden = ArenaMap(
        side: 30,
        obstacles: [
            Rectangle(13, 13, 17, 17),
            Rectangle(6, 6, 13, 7.5), Rectangle(17, 6, 24, 7.5),
            Rectangle(6, 22.5, 13, 24), Rectangle(17, 22.5, 24, 24),
            Rectangle(6, 11, 7.5, 19), Rectangle(22.5, 11, 24, 19),
        ])
}

/// The named places of the courtyard.
extension Vector {
    package static let gate = Vector(20, 2.5)
    package static let tower = Vector(33.5, 30)
    package static let fountain = Vector(20, 22.5)
    package static let orchard = Vector(3, 20)
    package static let well = Vector(10, 10)
    package static let stables = Vector(30, 10)
    package static let chapel = Vector(10, 30)
    package static let library = Vector(37, 20)

    package static let landmarks: [Vector] = [
        gate, tower, fountain, orchard, well, stables, chapel, library,
    ]
}
