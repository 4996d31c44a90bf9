/// The volume that a box sweeps when it moves in a straight line.
struct SweptBox {
    let start: Vector3
    let inverse: Vector3
    let reach: Vector3

    @inline(__always)
    init(from start: Vector3, by motion: Vector3, reach: Vector3) {
        self.start = start
        self.reach = reach
        // The product of infinity and 0 is NaN, which would make the comparisons wrong.
        func inverted(_ length: Double) -> Double { length == 0 ? 1e300 : 1 / length }
        inverse = Vector3(inverted(motion.x), inverted(motion.y), inverted(motion.z))
    }

    /// The fraction of the motion at which it enters a box, or infinity if that is after `limit`
    /// (the slab method).
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

    // Comparisons are faster than `min` and `max`, which also compare the signs of zeros.
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
    /// Calls a closure with the indices in `order` of the solids that a motion may hit, the nearer
    /// nodes first.
    ///
    /// - Parameter body: Receives an index and the fraction of the motion that is still of interest, which
    ///   it may reduce. Solids at exactly that share are visited too, so ties do not depend on the
    ///   tree.
    @inline(__always)
    func walk(_ sweptBox: SweptBox, _ body: (Int, inout Double) -> Void) {
        guard !nodes.isEmpty else { return }
        var limit = 1.0
        var pending = InlineArray<64, PendingNode>(repeating: PendingNode(node: 0, entry: 0))
        var count = 0
        var next = PendingNode(node: 0, entry: sweptBox.entry(into: nodes[0].bounds, limit: limit))
        while true {
            if next.entry <= limit {
                let node = nodes[Int(next.node)]
                guard node.count > 0 else {
                    var near = PendingNode(next.node + 1, sweptBox, nodes, limit)
                    var far = PendingNode(node.index, sweptBox, nodes, limit)
                    if far.entry < near.entry { (near, far) = (far, near) }
                    if far.entry <= limit {
                        pending[count] = far
                        count += 1
                    }
                    next = near
                    continue
                }
                for slot in Int(node.index)..<Int(node.index + node.count) {
                    body(slot, &limit)
                }
            }
            guard count > 0 else { return }
            count -= 1
            next = pending[count]
        }
    }

    /// A node that is still to be visited.
    private struct PendingNode {
        let node: Int32
        let entry: Double

        @inline(__always)
        init(node: Int32, entry: Double) {
            self.node = node
            self.entry = entry
        }

        @inline(__always)
        init(_ node: Int32, _ sweptBox: SweptBox, _ nodes: [Node], _ limit: Double) {
            self.node = node
            entry = sweptBox.entry(into: nodes[Int(node)].bounds, limit: limit)
        }
    }

    /// Calls a closure with the indices in `order` of the solids whose boxes may intersect `bounds`,
    /// until it returns `false`.
    @inline(__always)
    func visit(_ bounds: Bounds, _ body: (Int) -> Bool) {
        guard !nodes.isEmpty else { return }
        var pending = InlineArray<64, Int32>(repeating: 0)
        var count = 1
        while count > 0 {
            count -= 1
            let index = pending[count]
            let node = nodes[Int(index)]
            guard node.bounds.meets(bounds) else { continue }
            if node.count > 0 {
                for slot in Int(node.index)..<Int(node.index + node.count) where !body(slot) {
                    return
                }
            } else {
                pending[count] = node.index
                pending[count + 1] = index + 1
                count += 2
            }
        }
    }
}
