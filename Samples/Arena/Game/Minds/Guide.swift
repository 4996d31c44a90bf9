package import Parley

/// The routes within every area of the grounds, and between areas.
package struct Guide: Sendable {
    package let grounds: Grounds
    private let routes: [RouteMap]

    package init(_ grounds: Grounds) {
        self.grounds = grounds
        routes = grounds.areas.map(RouteMap.init)
    }

    /// The routes of an area; those of the first area for an unknown number.
    package subscript(area: Area) -> RouteMap {
        routes[Int(area) < routes.count ? Int(area) : 0]
    }

    /// The place to walk to within an area: the goal, or the door to the area of the goal.
    package func nextGoal(from spot: Spot, to goal: Spot) -> Vector {
        guard spot.area != goal.area, let way = grounds.way(from: spot.area, to: goal.area) else {
            return goal.position
        }
        return way.threshold.position
    }

    /// The routes of the sample's arena, found once.
    package static let arena = Guide(.arena)
}
