package import Parley

/// The ways within every area of the grounds, and between them.
package struct Guide: Sendable {
    package let grounds: Grounds
    private let routes: [RouteMap]

    package init(_ grounds: Grounds) {
        self.grounds = grounds
        routes = grounds.areas.map(RouteMap.init)
    }

    /// The ways of an area; those of the first where there is none of this number.
    package subscript(area: Area) -> RouteMap {
        routes[Int(area) < routes.count ? Int(area) : 0]
    }

    /// Where to walk to within an area: the goal, or the door that leads to its area.
    package func nextGoal(from spot: Spot, to goal: Spot) -> Vector {
        guard spot.area != goal.area, let way = grounds.way(from: spot.area, to: goal.area) else {
            return goal.position
        }
        return way.threshold.position
    }

    /// Those of the sample's arena, found once.
    package static let arena = Guide(.arena)
}
