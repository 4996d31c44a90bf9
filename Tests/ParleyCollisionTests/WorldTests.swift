import ParleyCollision
import Testing

/// Queries of a world, with numbers that are easy to check.
@Suite struct WorldTests {
    private let floor = CollisionWorld([
        .triangle(Vector3(-9, -9), Vector3(9, -9), Vector3(9, 9)),
        .triangle(Vector3(-9, -9), Vector3(9, 9), Vector3(-9, 9)),
    ])
    private let body = CollisionShape.standing(radius: 0.4, height: 1.8)

    @Test func aFallEndsASkinAboveTheFloor() throws {
        let fallen = floor.move(body, from: Vector3(1, 2, 5), by: Vector3(0, 0, -100))
        #expect(abs(fallen.position.z - 0.9 - floor.skin) < 1e-9)
        #expect(fallen.position.x == 1 && fallen.position.y == 2)
        let ground = try #require(fallen.ground())
        #expect(ground.normal == Vector3(0, 0, 1))
        #expect(ground.point == Vector3(1, 2, 0))
    }

    @Test func groundIsNotTooSteep() throws {
        let place = Vector3(1, 2, 0.95)
        #expect(floor.ground(under: body, at: place)?.normal == Vector3(0, 0, 1))
        #expect(floor.ground(under: body, at: place, within: 0.01) == nil)
        let slope = CollisionWorld([
            .triangle(Vector3(0, -9), Vector3(9, -9, 18), Vector3(0, 9))
        ])
        let touching = try #require(
            slope.cast(body, from: Vector3(3, -5, 20), by: Vector3(0, 0, -30)))
        #expect(!touching.isWalkable())
        #expect(touching.isWalkable(minimumUpCosine: 0.4))
        #expect(slope.ground(under: body, at: touching.position) == nil)
    }

    @Test func aRoundShapeSlidesAroundACorner() {
        let world = CollisionWorld([.box(low: Vector3(1, -1), high: Vector3(3, -0.2))])
        let moved = world.move(.sphere(radius: 0.5), from: .zero, by: Vector3(2, 0))
        #expect(moved.position.y > 0.1)
        #expect(moved.position.z == 0)
    }

    @Test func aCornerStopsAShapeWithoutTrembling() {
        let world = CollisionWorld([
            .segment(Vector3(-5, 2), Vector3(5, 2)), .segment(Vector3(2, -5), Vector3(2, 5)),
        ])
        var place = Vector3.zero
        for _ in 0..<10 {
            place = world.move(.sphere(radius: 0.5), from: place, by: Vector3(3, 2)).position
        }
        let still = world.move(.sphere(radius: 0.5), from: place, by: Vector3(3, 2)).position
        #expect((still - place).length < world.skin)
        #expect((still - Vector3(1.5, 1.5)).length < 2 * world.skin)
    }

    @Test func aShotHitsTheNearestCollider() throws {
        let world = CollisionWorld([
            .box(low: Vector3(4, -1, -1), high: Vector3(6, 1, 1)),
            .triangle(Vector3(2, -1, -1), Vector3(2, 1, -1), Vector3(2, 0, 1)),
            .segment(Vector3(8, -1), Vector3(8, 1)),
        ])
        let first = try #require(world.cast(from: .zero, by: Vector3(10, 0)))
        #expect(first.collider == 1)
        #expect(first.fraction == 0.2)
        #expect(first.normal == Vector3(-1, 0))
        let box = try #require(world.cast(from: Vector3(3, 0), by: Vector3(10, 0)))
        #expect((box.collider, box.point) == (0, Vector3(4, 0)))
        #expect(box.normal == Vector3(-1, 0))
        let wall = try #require(world.cast(from: Vector3(7, 0.5), by: Vector3(10, 0)))
        #expect((wall.collider, wall.point) == (2, Vector3(8, 0.5)))
        #expect(wall.normal == Vector3(-1, 0))
        #expect(world.isClear(from: Vector3(0, 3), to: Vector3(10, 3)))
        #expect(world.cast(from: Vector3(7, 0.5), by: Vector3(0.9, 0)) == nil)
        #expect(world.cast(from: Vector3(5, 0), by: Vector3(1, 0))?.fraction == 0)
    }

    /// Rays through the seams and the common corners of a floor hit one of its triangles.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func noShotSlipsThroughASeam(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let world = CollisionWorld(hills(side: 8, height: 0.7, seed: seed))
        for _ in 0..<200 {
            let from = Vector3(generator.number(-2...2), generator.number(-2...2), 3)
            let x = generator.number(-3...3)
            let targets = [
                Vector3(x.rounded(), generator.number(-3...3), -2), Vector3(x, x, -2),
                Vector3(x.rounded(), generator.number(-3...3).rounded(), -2),
            ]
            for target in targets {
                #expect(!world.isClear(from: from, to: target), "\(from) to \(target), \(seed)")
            }
        }
    }

    @Test func overlappingIsNearerThanTheMargin() {
        #expect(!floor.overlaps(body, at: Vector3(0, 0, 0.9001)))
        #expect(floor.overlaps(body, at: Vector3(0, 0, 0.8999)))
        #expect(floor.overlaps(body, at: Vector3(0, 0, 0.95), margin: 0.1))
        #expect(floor.overlaps(.box(halfSides: Vector3(1, 1, 1)), at: .zero))
        #expect(floor.freePosition(for: body, near: Vector3(0, 0, 5)) == Vector3(0, 0, 5))
    }

    @Test func equalWorldsGiveEqualAnswers() {
        let world = CollisionWorld(hills(side: 10))
        let other = CollisionWorld(hills(side: 10))
        #expect(world == other)
        let (place, way) = (Vector3(0.3, 0.2, 3), Vector3(3, 1, -9))
        #expect(world.move(body, from: place, by: way) == other.move(body, from: place, by: way))
    }
}

/// Numbers that are not finite or too large.
@Suite struct BadNumberTests {
    private static let bad: [Double] = [
        .nan, .infinity, -.infinity, 1e300, -1e300, 5e-300, 1e9, .greatestFiniteMagnitude,
    ]

    @Test func invalidCollidersAreSkippedAndCounted() {
        let nowhere = Vector3(.nan, 0)
        let world = CollisionWorld([
            .triangle(.zero, Vector3(1, 0), Vector3(2, 0)),
            .triangle(.zero, .zero, Vector3(2, 0)),
            .triangle(.zero, Vector3(1, 0), nowhere),
            .triangle(.zero, Vector3(1, 0), Vector3(0, 1e10)),
            .segment(.zero, .zero), .segment(.zero, Vector3(.infinity, 0)),
            .box(low: Vector3(1, 0), high: .zero), .box(low: nowhere, high: nowhere),
            .segment(.zero, Vector3(1, 0)),
        ])
        #expect(world.skipped == 8)
        #expect(world.cast(from: Vector3(0.5, 1), by: Vector3(0, -2))?.collider == 8)
    }

    @Test(arguments: bad) func invalidNumbersNeitherTrapNorMove(number: Double) {
        var generator = SeededGenerator(seed: 5)
        let world = CollisionWorld(generator.clutter(40, reach: 5), skin: number)
        #expect(world.skin > 0)
        let shapes: [CollisionShape] = [
            .sphere(radius: number), .capsule(radius: 0.3, halfAxis: Vector3(0, 0, number)),
            .box(halfSides: Vector3(1, number, 1)), .standing(radius: 0.3, height: number),
        ]
        let places = [Vector3.zero, Vector3(0, number, 1)]
        for shape in shapes {
            for place in places {
                for way in places {
                    let moved = world.move(shape, from: place, by: way, maximumDeflections: 3)
                    if !way.isFinite { #expect(moved.position.x == place.x) }
                    _ = world.cast(shape, from: place, by: way)
                    _ = world.cast(from: place, by: way)
                    _ = world.overlaps(shape, at: place, margin: number)
                    _ = world.freePosition(for: shape, near: place)
                }
            }
        }
    }

    @Test func anEmptyWorldIsFree() {
        let world = CollisionWorld([])
        let (place, way) = (Vector3(1, 2, 3), Vector3(4, 5, 6))
        let moved = world.move(.sphere(radius: 1), from: place, by: way)
        #expect(moved == Movement(position: place + way, contacts: []))
        #expect(world.cast(from: place, by: way) == nil)
        #expect(!world.overlaps(.sphere(radius: 1), at: place))
    }
}
