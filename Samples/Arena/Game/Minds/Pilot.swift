/// Steers somebody to a goal: through doors, around obstacles by the map's routes, and past others by
/// giving way to the right, as two people in a corridor do.
package struct Pilot: Sendable {
    private var last: Spot?
    private var givingWay = 0
    /// The next bend of a way to a goal that cannot be seen yet.
    private var plan: (bend: Vector, goal: Vector)?

    package init() {}

    /// The direction to walk in now; ask again every tenth of a second or so.
    package mutating func direction(from spot: Spot, to goal: Spot, by guide: Guide) -> Vector {
        if spot.area != last?.area { plan = nil }
        let (position, goal) = (spot.position, guide.nextGoal(from: spot, to: goal))
        let ahead = (next(from: position, to: goal, routes: guide[spot.area]) - position).unit
        if let last, spot.distance(to: last) < Self.stalled { givingWay = 4 }
        last = spot
        guard givingWay > 0 else { return ahead }
        givingWay -= 1
        return (ahead + ahead.rightHand * 1.5).unit
    }

    /// Forgets where it came from, after a pause in walking.
    package mutating func rest() {
        last = nil
    }

    /// The place to walk straight to: the goal once it is in sight, before that the next bend.
    ///
    /// To find a way is dear and to look is cheap, so a bend is walked to as long as it is on the way
    /// to the same goal; near it, where one may have walked past it, the way is looked for again.
    private mutating func next(
        from position: Vector, to goal: Vector, routes: RouteMap
    ) -> Vector {
        if let (bend, end) = plan, end == goal, bend.distance(to: position) > Self.near,
            !routes.map.isStraightWay(from: position, to: goal),
            routes.map.isStraightWay(from: position, to: bend)
        {
            return bend
        }
        let next = routes.route(from: position, to: goal)[0]
        plan = next == goal ? nil : (next, goal)
        return next
    }

    /// Less than this since it was last asked means that something is in the way, in metres.
    private static let stalled = 0.1
    /// What is nearer than this can be walked past before the next thought, in metres.
    private static let near = 1.0
}
