/// The shortest paths around the obstacles of a map.
///
/// A shortest path between rectangles bends at corners only. The corners, moved off the wall by a
/// body's width, are the nodes of a small graph, and an edge joins two corners in sight of each other
/// (a visibility graph, Lozano-Pérez and Wesley 1979).
package struct RouteMap: Sendable {
    package let map: ArenaMap
    /// The places where paths bend.
    package let corners: [Vector]
    private let neighbours: [[Int]]

    package init(_ map: ArenaMap) {
        let offset = ArenaRules.bodyRadius + 0.1
        let corners = map.obstacles
            .flatMap { $0.grown(by: offset).corners }
            .filter { map.isFree($0) }
        self.map = map
        self.corners = corners
        neighbours = corners.map { corner in
            corners.indices.filter {
                corners[$0] != corner && map.isStraightWay(from: corner, to: corners[$0])
            }
        }
    }

    /// The places to walk to, one after another. The last one is `goal`.
    ///
    /// - Returns: The path, or just the goal when there is no path. Walls then stop the walker.
    package func route(from start: Vector, to goal: Vector) -> [Vector] {
        guard !map.isStraightWay(from: start, to: goal) else { return [goal] }
        var search = Search(distances: corners.map { distance(from: start, to: $0) })
        while let corner = search.nearestOpen() {
            for next in neighbours[corner] {
                search.offer(next, by: corners[corner].distance(to: corners[next]), from: corner)
            }
        }
        let ends = corners.indices.filter { map.isStraightWay(from: corners[$0], to: goal) }
        let wholeWay = { search.distances[$0] + corners[$0].distance(to: goal) }
        guard let last = ends.min(by: { wholeWay($0) < wholeWay($1) }), wholeWay(last) < .infinity
        else { return [goal] }
        let bends = search.way(to: last).map { corners[$0] }
        // A walker on the first bend has already taken it.
        return bends.drop { $0.distance(to: start) < 0.2 } + [goal]
    }

    private func distance(from start: Vector, to corner: Vector) -> Double {
        map.isStraightWay(from: start, to: corner) ? start.distance(to: corner) : .infinity
    }
}

/// Dijkstra's search, without a heap, because there are some fifty nodes.
private struct Search {
    private(set) var distances: [Double]
    private var previous: [Int?]
    private var isOpen: [Bool]

    init(distances: [Double]) {
        self.distances = distances
        previous = distances.map { _ in nil }
        isOpen = distances.map { _ in true }
    }

    mutating func nearestOpen() -> Int? {
        var best: Int?
        for node in distances.indices where isOpen[node] && distances[node] < .infinity {
            if let found = best, distances[found] <= distances[node] { continue }
            best = node
        }
        if let best { isOpen[best] = false }
        return best
    }

    mutating func offer(_ node: Int, by way: Double, from origin: Int) {
        let distance = distances[origin] + way
        guard distance < distances[node] else { return }
        distances[node] = distance
        previous[node] = origin
    }

    func way(to last: Int) -> [Int] {
        var nodes = [last]
        while let node = previous[nodes[nodes.endIndex - 1]] { nodes.append(node) }
        return nodes.reversed()
    }
}
