/// Steers a walker to a goal: through doors, around obstacles by the map's routes, and past others by
/// giving way to the right, like two people in a corridor.
package struct Pilot: Sendable {
    private var last: Spot?
    private var givingWay = 0
    /// The next bend of the route to a goal that is out of sight.
    private var plan: (bend: Vector, goal: Vector)?

    package init() {}

    /// The direction to walk in now. Callers ask about ten times a second.
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

    /// Forgets the last place, after a pause in walking.
    package mutating func rest() {
        last = nil
    }

    /// The place to walk straight to: the goal if it is in sight, else the next bend.
    ///
    /// Path finding is expensive and a line of sight is cheap, so a bend stays the target while the
    /// goal is the same. Near the bend, where the walker may have passed it, the route is found again.
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

    /// A walker that moves less than this between two calls is blocked, in metres.
    private static let stalled = 0.1
    /// A place nearer than this may be passed before the next call, in metres.
    private static let near = 1.0
}
