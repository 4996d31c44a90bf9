/// A straight way, and how much room it takes to its sides.
struct Corridor {
    let start: Vector3
    let inverse: Vector3
    let reach: Vector3

    @inline(__always)
    init(from start: Vector3, by way: Vector3, reach: Vector3) {
        self.start = start
        self.reach = reach
        // Not infinity: its product with 0 would not be a number, and the tests would lie.
        func inverted(_ length: Double) -> Double { length == 0 ? 1e300 : 1 / length }
        inverse = Vector3(inverted(way.x), inverted(way.y), inverted(way.z))
    }

    /// When the way comes into the box, as a share of it; greater than `limit` if it does not before
    /// that (the slab method).
    @inline(__always)
    func entry(into bounds: Bounds, limit: Double) -> Double {
        let (low, high) = (bounds.low - reach - start, bounds.high + reach - start)
        let x = Self.span(low.x * inverse.x, high.x * inverse.x)
        let y = Self.span(low.y * inverse.y, high.y * inverse.y)
        let z = Self.span(low.z * inverse.z, high.z * inverse.z)
        let first = Self.later(Self.later(x.first, y.first), Self.later(z.first, 0))
        let last = Self.sooner(Self.sooner(x.last, y.last), Self.sooner(z.last, limit))
        return first <= last ? first : .infinity
    }

    // Comparisons and not `min` and `max`, which look at signs of zero too and are slower for it.
    @inline(__always)
    private static func span(_ one: Double, _ other: Double) -> (first: Double, last: Double) {
        one < other ? (one, other) : (other, one)
    }

    @inline(__always)
    private static func later(_ one: Double, _ other: Double) -> Double {
        one > other ? one : other
    }

    @inline(__always)
    private static func sooner(_ one: Double, _ other: Double) -> Double {
        one < other ? one : other
    }
}

extension BoundingTree {
    /// Calls `body` with the places in `order` whose boxes the corridor may meet, nearer ones first.
    ///
    /// - Parameter body: Takes the share of the way that still counts, and may shorten it. What
    ///   begins at the very end still counts, so that ties do not depend on the tree.
    @inline(__always)
    func walk(_ corridor: Corridor, _ body: (Int, inout Double) -> Void) {
        guard !nodes.isEmpty else { return }
        var limit = 1.0
        var waiting = InlineArray<64, Waiting>(repeating: Waiting(node: 0, entry: 0))
        var count = 0
        var next = Waiting(node: 0, entry: corridor.entry(into: nodes[0].bounds, limit: limit))
        while true {
            if next.entry <= limit {
                let node = nodes[Int(next.node)]
                guard node.count > 0 else {
                    var near = Waiting(next.node + 1, corridor, nodes, limit)
                    var far = Waiting(node.index, corridor, nodes, limit)
                    if far.entry < near.entry { (near, far) = (far, near) }
                    if far.entry <= limit {
                        waiting[count] = far
                        count += 1
                    }
                    next = near
                    continue
                }
                for place in Int(node.index)..<Int(node.index + node.count) {
                    body(place, &limit)
                }
            }
            guard count > 0 else { return }
            count -= 1
            next = waiting[count]
        }
    }

    /// A node that a walk has still to look into.
    private struct Waiting {
        let node: Int32
        let entry: Double

        @inline(__always)
        init(node: Int32, entry: Double) {
            self.node = node
            self.entry = entry
        }

        @inline(__always)
        init(_ node: Int32, _ corridor: Corridor, _ nodes: [Node], _ limit: Double) {
            self.node = node
            entry = corridor.entry(into: nodes[Int(node)].bounds, limit: limit)
        }
    }

    /// Calls `body` with the places in `order` whose boxes may meet `bounds`, until it returns
    /// `false`.
    @inline(__always)
    func visit(_ bounds: Bounds, _ body: (Int) -> Bool) {
        guard !nodes.isEmpty else { return }
        var waiting = InlineArray<64, Int32>(repeating: 0)
        var count = 1
        while count > 0 {
            count -= 1
            let index = waiting[count]
            let node = nodes[Int(index)]
            guard node.bounds.meets(bounds) else { continue }
            if node.count > 0 {
                for place in Int(node.index)..<Int(node.index + node.count) where !body(place) {
                    return
                }
            } else {
                waiting[count] = node.index
                waiting[count + 1] = index + 1
                count += 2
            }
        }
    }
}
