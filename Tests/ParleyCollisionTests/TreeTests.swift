import Testing

@testable import ParleyCollision

/// The tree finds what a search of all solids finds, to the last bit.
@Suite struct TreeTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func sweepsAreThoseOfBruteForce(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let world = CollisionWorld(generator.clutter(200, reach: 10) + hills(side: 10, seed: seed))
        for _ in 0..<60 {
            let sweep = world.sweep(
                Core(generator.shape()), from: generator.vector(10), by: generator.vector(12))
            var best: Sweep.Touch?
            for (index, solid) in world.solids.enumerated() {
                guard let touch = sweep.touch(solid, index: index, limit: 1),
                    best.map(touch.precedes) ?? true
                else { continue }
                best = touch
            }
            let found = world.firstTouch(sweep)
            #expect(found?.fraction == best?.fraction, "seed \(seed)")
            #expect(found?.gap.normal == best?.gap.normal, "seed \(seed)")
            #expect(found?.gap.point == best?.gap.point, "seed \(seed)")
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func raysAndOverlapsAreThoseOfBruteForce(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        let colliders = generator.clutter(150, reach: 10)
        let world = CollisionWorld(colliders)
        let singles = colliders.map { CollisionWorld([$0]) }
        for _ in 0..<60 {
            let (place, way) = (generator.vector(10), generator.vector(15))
            let nearest = singles.compactMap { $0.cast(from: place, by: way)?.fraction }.min()
            #expect(world.cast(from: place, by: way)?.fraction == nearest, "seed \(seed)")
            let shape = generator.shape()
            let overlaps = singles.contains { $0.overlaps(shape, at: place) }
            #expect(world.overlaps(shape, at: place) == overlaps, "seed \(seed)")
        }
    }

    @Test(arguments: [0, 1, 4, 5, 1000]) func everySolidIsInOneLeaf(count: Int) {
        var generator = SeededGenerator(seed: 3)
        let tree = BoundingTree(
            (0..<count).map { _ in
                let place = generator.vector(5)
                return Bounds(low: place, high: place + Vector3(1, 1, 1))
            })
        #expect(tree.order.sorted() == (0..<Int32(count)).map { $0 })
        let held = tree.nodes.filter { $0.count > 0 }
            .flatMap { Int($0.index)..<Int($0.index + $0.count) }
        #expect(held.sorted() == Array(0..<count))
    }

    /// Solids that no plane can divide, and solids that grow exponentially, make no deep trees.
    @Test func badWorldsMakeNoDeepTrees() {
        let same = Bounds(low: .zero, high: Vector3(1, 1, 1))
        var growing: [Bounds] = []
        for power in 0..<2000 {
            var size = 1e-30
            for _ in 0..<(power % 100) { size *= 3 }
            growing.append(Bounds(low: Vector3(size, 0), high: Vector3(size, 0)))
        }
        for bounds in [Array(repeating: same, count: 3000), growing] {
            #expect(depth(of: BoundingTree(bounds)) <= BoundingTree.deepest)
        }
    }

    private func depth(of tree: BoundingTree) -> Int {
        var deepest = 0
        var waiting = [(node: 0, depth: 1)]
        while let (index, depth) = waiting.popLast() {
            deepest = max(deepest, depth)
            let node = tree.nodes[index]
            if node.count == 0 {
                waiting += [(index + 1, depth + 1), (Int(node.index), depth + 1)]
            }
        }
        return deepest
    }
}
