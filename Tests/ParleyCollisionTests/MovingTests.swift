import ParleyCollision
import Testing

/// The promises of a move, in random worlds.
@Suite struct MovingTests {
    /// Random moves from free positions. The motions are tiny, or long enough to cross the whole world.
    private func walk(
        seed: UInt64, flat: Bool = false,
        each: (CollisionWorld, CollisionShape, Vector3, Vector3, Movement) -> Void
    ) {
        var generator = SeededGenerator(seed: seed)
        let world = CollisionWorld(
            flat ? generator.flatClutter(30, reach: 8) : generator.clutter(60, reach: 6))
        for _ in 0..<6 {
            let shape = flat ? generator.flatShape() : generator.shape()
            var place = flat ? generator.flatVector(8) : generator.vector(6)
            guard !world.overlaps(shape, at: place, margin: world.skin) else { continue }
            for step in 0..<60 {
                let reach = step % 20 == 0 ? 1000 : step % 7 == 0 ? 3 : 0.2
                let way = flat ? generator.flatVector(reach) : generator.vector(reach)
                let movement = world.move(shape, from: place, by: way)
                each(world, shape, place, way, movement)
                place = movement.position
                if place.length > 30 { break }
            }
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func aFreeShapeStaysFree(seed: UInt64) {
        walk(seed: seed) { world, shape, from, way, movement in
            #expect(
                !world.overlaps(shape, at: movement.position, margin: world.skin * 0.49),
                "\(shape) from \(from) by \(way), seed \(seed)")
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func noMoveIsLongerThanItsMotion(seed: UInt64) {
        walk(seed: seed) { _, shape, from, way, movement in
            #expect(
                (movement.position - from).length <= way.length * (1 + 1e-9),
                "\(shape) from \(from) by \(way), seed \(seed)")
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func thePlaneIsNeverLeft(seed: UInt64) {
        walk(seed: seed, flat: true) { world, shape, from, way, movement in
            #expect(movement.position.z == 0)
            #expect(
                !world.overlaps(shape, at: movement.position, margin: world.skin * 0.49),
                "\(shape) from \(from) by \(way), seed \(seed)")
        }
    }

    /// A shape in a closed room moves against the thin walls at every speed.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func noShapeLeavesARoom(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let world = CollisionWorld(room(4))
        for _ in 0..<8 {
            let shape = generator.shape()
            var place = Vector3.zero
            for _ in 0..<40 {
                let way = generator.vector(generator.number(0...1) < 0.3 ? 1e6 : 3)
                place = world.move(shape, from: place, by: way).position
                #expect(place.magnitudeInRoom < 4, "\(shape) at \(place), seed \(seed)")
            }
        }
    }

    /// The six sides of a cube, two triangles for each.
    private func room(_ half: Double) -> [Collider] {
        let signs = [-1.0, 1.0]
        return (0..<3).flatMap { axis in
            signs.flatMap { side -> [Collider] in
                let corners = [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map { u, v in
                    let values = [side, u, v].map { $0 * half }
                    return Vector3(
                        values[(3 - axis) % 3], values[(4 - axis) % 3], values[(5 - axis) % 3])
                }
                return [
                    .triangle(corners[0], corners[1], corners[2]),
                    .triangle(corners[0], corners[2], corners[3]),
                ]
            }
        }
    }

    @Test func theRoomHasSixSides() {
        let world = CollisionWorld(room(4))
        #expect(world.skipped == 0)
        for way in [
            Vector3(9, 0.1), Vector3(-9, 0.1), Vector3(0.1, 9), Vector3(0.1, -9),
            Vector3(0.1, 0.2, 9), Vector3(0.1, 0.2, -9),
        ] {
            #expect(!world.isClear(from: .zero, to: way), "\(way)")
        }
    }

    /// On a floor of many triangles, in any direction, only the part of a motion that leads into the
    /// floor is lost.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func slidingKeepsTheMotionAlongAPlane(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        let world = CollisionWorld(hills(side: 24, height: 0))
        for _ in 0..<20 {
            let shape = generator.shape()
            let start = Vector3(generator.number(-2...2), generator.number(-2...2), 3)
            let landed = world.move(shape, from: start, by: Vector3(0, 0, -9)).position
            let way = Vector3(
                generator.number(-5...5), generator.number(-5...5), generator.number(-5...(-1e-9)))
            let end = world.move(shape, from: landed, by: way).position
            let lost = end - landed - Vector3(way.x, way.y)
            let what = "\(shape) from \(landed) by \(way), seed \(seed)"
            #expect(Vector3(lost.x, lost.y).length < 1e-4, "\(what)")
            // A step may end inside the skin.
            #expect((-world.skin / 2...1e-4).contains(lost.z), "\(what)")
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func orderDoesNotMatter(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let colliders = generator.clutter(80, reach: 6) + hills(side: 8, seed: seed)
        let (world, shuffled) = (
            CollisionWorld(colliders), CollisionWorld(colliders.shuffled(using: &generator))
        )
        for _ in 0..<100 {
            let (shape, place) = (generator.shape(), generator.vector(6))
            let way = generator.vector(8)
            let (one, other) = (
                world.move(shape, from: place, by: way), shuffled.move(shape, from: place, by: way)
            )
            #expect(
                one.position == other.position, "\(shape) from \(place) by \(way), seed \(seed)")
            #expect(one.contacts.map(\.normal) == other.contacts.map(\.normal))
            #expect(one.contacts.map(\.point) == other.contacts.map(\.point))
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func aShapeInsideAColliderGetsOut(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = CollisionWorld([.box(low: Vector3(-1, -1, -1), high: Vector3(1, 1, 1))])
        for _ in 0..<20 {
            let (shape, place) = (generator.shape(), generator.vector(1))
            let found = try #require(
                world.freePosition(for: shape, near: place), "\(shape) at \(place), seed \(seed)")
            #expect(!world.overlaps(shape, at: found))
            // A collider that the shape overlaps does not stop it from leaving.
            let way = (found - place).unit * 5
            let walked = world.move(shape, from: place, by: way).position
            #expect((walked - place - way).length < 1e-6, "\(shape) at \(place), seed \(seed)")
        }
    }
}

extension Vector3 {
    fileprivate var magnitudeInRoom: Double { max(abs(x), abs(y), abs(z)) }
}
