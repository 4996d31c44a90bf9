import ParleyProtocol
import Testing

@Suite struct InterpolationTests {
    private func between(
        _ fraction: Double, _ change: (inout Everything) -> Void
    ) -> Everything {
        var state = Everything()
        let earlier = state.quantised()
        change(&state)
        let later = state.quantised()
        return Everything(between: earlier.span, and: later.span, at: fraction, over: 0.5)
    }

    @Test func linesAndSwitches() {
        let half = between(0.5) {
            $0.facing = 1
            $0.level = 9
            $0.name = "later"
            $0.target = 7
            $0.isAlive = false
        }
        #expect(abs(half.facing - 0.5) < 0.002)
        #expect(half.level == 1)
        #expect(half.name == "")
        #expect(half.target == nil)
        #expect(half.isAlive)
        let end = between(1) {
            $0.name = "later"; $0.target = 7
        }
        #expect(end.name == "later")
        #expect(end.target == 7)
    }

    /// A body that moves evenly is where it is; one that brakes is ahead of the line.
    @Test func velocitiesCurveThePath() {
        let even = between(0.25) {
            $0.x = 5
            $0.speed = 10
        }
        // The earlier state stands, so the curve starts flat and ends at full speed.
        #expect(even.x < 1.25)
        #expect(abs(even.speed - 2.5) < 0.1)
        let beyond = between(1.2) {
            $0.x = 5
            $0.speed = 10
        }
        #expect(abs(beyond.x - 6) < 0.02, "goes on at 10 a second for 0.1 s, and is at \(beyond.x)")
        let start = between(0) {
            $0.x = 5; $0.speed = 10
        }
        #expect(start.x == 0)
    }

    @Test func rotationsTakeTheShortWay() {
        let quarter = SIMD4<Double>(0, 0, 0.5.squareRoot(), 0.5.squareRoot())
        let half = between(0.5) { $0.rotation = -quarter }
        #expect(abs((half.rotation * half.rotation).sum() - 1) < 1e-9)
        #expect(abs(half.rotation.z - 0.3827) < 0.01)
    }
}
