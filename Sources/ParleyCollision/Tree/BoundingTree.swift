/// A bounding volume hierarchy of the solids, in one array. The first child of an inner node follows
/// it.
struct BoundingTree: Sendable {
    struct Node: Sendable {
        var bounds: Bounds
        /// The number of solids in a leaf, or 0 for an inner node.
        var count: Int32
        /// The first index in `order` of a leaf, or the second child of an inner node.
        var index: Int32
    }

    private(set) var nodes: [Node] = []
    /// The solids in the order of the leaves.
    private(set) var order: [Int32] = []

    /// The largest number of solids in a leaf.
    private static let leafSize = 4
    /// The depth below which nodes are halved by number, so that the memory of a walk is bounded.
    private static let deepestBySurface = 32
    /// The largest depth: 32 levels that are cut by surface, and 31 that halve 2³¹ solids.
    static let deepest = 64

    /// Builds the tree. Each node is cut where the sum of both halves' surfaces, weighted with their
    /// numbers of solids, is smallest (MacDonald and Booth 1990, with the bins of Wald 2007).
    init(_ bounds: [Bounds]) {
        guard !bounds.isEmpty else { return }
        var builder = TreeBuilder(bounds)
        nodes.reserveCapacity(bounds.count)
        // Ranges to be cut, with the node whose second child they are.
        var pending = [(range: 0..<bounds.count, depth: 0, parent: -1)]
        while let (range, depth, parent) = pending.popLast() {
            if parent >= 0 { nodes[parent].index = Int32(nodes.count) }
            let whole = builder.bounds(of: range)
            guard range.count > Self.leafSize else {
                nodes.append(
                    Node(
                        bounds: whole, count: Int32(range.count), index: Int32(range.lowerBound)))
                continue
            }
            let middle = builder.cut(range, bySurface: depth < Self.deepestBySurface)
            pending.append((middle..<range.upperBound, depth + 1, nodes.count))
            pending.append((range.lowerBound..<middle, depth + 1, -1))
            nodes.append(Node(bounds: whole, count: 0, index: 0))
        }
        order = builder.order
    }
}

/// Sorts the solids into a tree.
private struct TreeBuilder {
    private let boxes: [Bounds]
    private let centers: [Vector3]
    private(set) var order: [Int32]

    private static let bins = 16

    init(_ bounds: [Bounds]) {
        boxes = bounds
        centers = bounds.map(\.center)
        order = bounds.indices.map(Int32.init)
    }

    func bounds(of range: Range<Int>) -> Bounds {
        order[range].reduce(into: .empty) { $0.join(boxes[Int($1)]) }
    }

    /// Divides a range into two that are not empty, and returns the start of the second.
    mutating func cut(_ range: Range<Int>, bySurface: Bool) -> Int {
        var spread = Bounds.empty
        for solid in order[range] {
            spread.join(Bounds(low: centers[Int(solid)], high: centers[Int(solid)]))
        }
        let side = spread.high - spread.low
        let axis = side.x >= side.y && side.x >= side.z ? 0 : side.y >= side.z ? 1 : 2
        let (low, width) = (spread.low[axis], side[axis])
        if bySurface, width > 0, let last = cheapestBin(range, axis, low, width) {
            let middle = order[range].partition {
                Self.bin(centers[Int($0)][axis], low, width) > last
            }
            if middle > range.lowerBound, middle < range.upperBound { return middle }
        }
        order[range].sort {
            let (left, right) = (centers[Int($0)], centers[Int($1)])
            return (left[axis], $0) < (right[axis], $1)
        }
        return range.lowerBound + range.count / 2
    }

    private static func bin(_ place: Double, _ low: Double, _ width: Double) -> Int {
        min(Int((place - low) / width * Double(bins)), bins - 1)
    }

    /// The last bin before the cheapest cut.
    private func cheapestBin(
        _ range: Range<Int>, _ axis: Int, _ low: Double, _ width: Double
    ) -> Int? {
        var bins = Array(repeating: (bounds: Bounds.empty, count: 0), count: Self.bins)
        for solid in order[range] {
            let bin = Self.bin(centers[Int(solid)][axis], low, width)
            bins[bin].bounds.join(boxes[Int(solid)])
            bins[bin].count += 1
        }
        var after = Array(repeating: Double.infinity, count: Self.bins)
        var (rest, count) = (Bounds.empty, 0)
        for bin in bins.indices.dropFirst().reversed() {
            rest.join(bins[bin].bounds)
            count += bins[bin].count
            if count > 0 { after[bin - 1] = rest.halfSurface * Double(count) }
        }
        var best: (last: Int, cost: Double)?
        (rest, count) = (.empty, 0)
        for last in bins.indices.dropLast() {
            rest.join(bins[last].bounds)
            count += bins[last].count
            guard count > 0 else { continue }
            let cost = rest.halfSurface * Double(count) + after[last]
            if cost < best?.cost ?? .infinity { best = (last, cost) }
        }
        return best?.last
    }
}
