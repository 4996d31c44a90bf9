/// Steers somebody to a goal: around obstacles by the map's routes, and past others by giving way
/// to the right, as two people in a corridor do.
package struct Pilot: Sendable {
    private var lastPosition: Vector?
    private var givingWay = 0

    package init() {}

    /// The direction to walk in now; ask again every tenth of a second or so.
    package mutating func direction(
        from position: Vector, to goal: Vector, routes: RouteMap
    ) -> Vector {
        let next = routes.route(from: position, to: goal)[0]
        let ahead = (next - position).unit
        if let lastPosition, position.distance(to: lastPosition) < Self.stalled { givingWay = 4 }
        lastPosition = position
        guard givingWay > 0 else { return ahead }
        givingWay -= 1
        return (ahead + ahead.rightHand * 1.5).unit
    }

    /// Forgets where it came from, after a pause in walking.
    package mutating func rest() {
        lastPosition = nil
    }

    /// Less than this since it was last asked means that something is in the way, in metres.
    private static let stalled = 0.1
}
