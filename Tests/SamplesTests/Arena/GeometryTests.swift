import ArenaGame
import Testing

@Suite struct GeometryTests {
    private let map = ArenaMap(side: 10, obstacles: [Rectangle(2, 2, 4, 4)])

    @Test func aWayThroughAnObstacleIsNone() {
        #expect(!map.isStraightWay(from: Vector(1, 3), to: Vector(6, 3)))
        #expect(!map.isStraightWay(from: Vector(3, 3), to: Vector(3, 3)))
        #expect(!map.isStraightWay(from: Vector(3, 3), to: Vector(6, 3)))
    }

    @Test(arguments: [(1.5, false), (1.7, true), (4.3, true), (4.5, false)])
    func aBodyIsWideOnBothSides(height: Double, obstructed: Bool) {
        let (start, end) = (Vector(1, height), Vector(6, height))
        #expect(map.isStraightWay(from: start, to: end) != obstructed)
        #expect(map.isStraightWay(from: end, to: start) != obstructed)
    }

    @Test func aCornerIsRound() {
        // Diagonals that pass the corner (4, 4) at 0.38 m and at 0.42 m.
        #expect(!map.isStraightWay(from: Vector(6, 2.537), to: Vector(2.537, 6)))
        #expect(map.isStraightWay(from: Vector(6, 2.594), to: Vector(2.594, 6)))
    }

    @Test func zeroHasNoDirection() {
        #expect(Vector.zero.unit == .zero)
        #expect(Vector(3, 4).unit.length == 1)
        #expect(abs(Vector(30, 40).limited(to: 1).length - 1) < 1e-12)
        #expect(Vector(0.3, 0.4).limited(to: 1) == Vector(0.3, 0.4))
    }
}
