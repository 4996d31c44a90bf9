import ArenaGame
import Testing

@Suite struct GeometryTests {
    @Test func segmentThroughRectangleIsObstructed() {
        let block = Rectangle(2, 2, 4, 4)
        #expect(block.obstructs(from: Vector(0, 3), to: Vector(6, 3), margin: 0.4))
        #expect(block.obstructs(from: Vector(3, 3), to: Vector(3, 3), margin: 0.4))
    }

    @Test(arguments: [(1.5, false), (1.7, true), (4.3, true), (4.5, false)])
    func marginCountsOnBothSides(height: Double, obstructed: Bool) {
        let block = Rectangle(2, 2, 4, 4)
        let (start, end) = (Vector(0, height), Vector(6, height))
        #expect(block.obstructs(from: start, to: end, margin: 0.4) == obstructed)
    }

    @Test func aCornerIsRound() {
        // The diagonal passes the corner (4, 4) at 0.495 m: nearer than 0.5, further than 0.45.
        let (start, end) = (Vector(6, 2.7), Vector(2.7, 6))
        let block = Rectangle(2, 2, 4, 4)
        #expect(block.obstructs(from: start, to: end, margin: 0.5))
        #expect(!block.obstructs(from: start, to: end, margin: 0.45))
    }

    @Test func zeroHasNoDirection() {
        #expect(Vector.zero.unit == .zero)
        #expect(Vector(3, 4).unit.length == 1)
        #expect(abs(Vector(30, 40).limited(to: 1).length - 1) < 1e-12)
        #expect(Vector(0.3, 0.4).limited(to: 1) == Vector(0.3, 0.4))
    }
}
