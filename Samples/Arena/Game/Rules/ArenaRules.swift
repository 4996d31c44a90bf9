/// How bodies move: pure functions of places and times, the same on a server and on a client.
package enum ArenaRules {
    /// How large everybody is, in metres.
    package static let bodyRadius = 0.4
    /// Metres a second.
    package static let walkingSpeed = 5.0
    package static let dashSpeed = 8.0
    /// Seconds that a dash lasts, and that pass until the next one can begin.
    package static let dashTime = 0.4
    package static let dashPause = 2.0
    /// Seconds in which somebody who has just passed the tag on cannot be tagged.
    package static let immunityTime = 3.0
    /// Seconds that a wish is followed when no newer one comes.
    package static let wishLifetime = 0.5
    /// What counts as touching, in metres: rounding must not turn contact into overlap.
    package static let touch = 1e-6

    /// Walks from a free place; what is in the way is slid along.
    ///
    /// The way is cut into pieces shorter than a body, so nobody tunnels through a wall at a low
    /// tick rate. The result is always free: where pushing out does not find a free place (a narrow
    /// corner), the body stays where it was.
    package static func walk(from start: Vector, by way: Vector, on map: ArenaMap) -> Vector {
        let pieces = max(1, (way.length / (bodyRadius / 2)).rounded(.up))
        var place = start
        for _ in 0..<Int(pieces) {
            let next = pushedOut(place + way * (1 / pieces), on: map)
            guard map.isFree(next) else { break }
            place = next
        }
        return place
    }

    /// The place moved out of the walls it overlaps, by the shortest way.
    private static func pushedOut(_ place: Vector, on map: ArenaMap) -> Vector {
        var place = place
        for _ in 0..<4 {
            place.x = min(max(place.x, bodyRadius), map.side - bodyRadius)
            place.y = min(max(place.y, bodyRadius), map.side - bodyRadius)
            var moved = false
            for obstacle in map.obstacles {
                let wall = obstacle.nearest(to: place)
                let offset = place - wall
                guard offset.squaredLength < bodyRadius * bodyRadius else { continue }
                guard offset != .zero else { return place }
                place = wall + offset.unit * bodyRadius
                moved = true
            }
            if !moved { break }
        }
        return place
    }

    /// Moves two bodies that overlap apart, half the overlap each, as far as the walls allow.
    package static func separate(_ first: inout Body, _ second: inout Body, on map: ArenaMap) {
        let gap = second.position - first.position
        let overlap = 2 * bodyRadius - gap.length
        guard overlap > 0 else { return }
        // Bodies on the same spot have no direction; the one with the lower id goes west.
        let away = gap == .zero ? Vector(1, 0) : gap.unit
        first.position = walk(from: first.position, by: away * (-overlap / 2), on: map)
        second.position = walk(from: second.position, by: away * (overlap / 2), on: map)
    }
}
