import ParleyProtocol
import Testing

/// The drawn value while a correction decays.
@Suite struct DeviationTests {
    private func deviation() -> Deviation<SIMD2<Double>> {
        Deviation(halfLife: .milliseconds(50), teleportLength: 3)
    }

    @Test func aCorrectionIsNotSeenInItsFrame() {
        var deviation = deviation()
        let before = SIMD2(1.0, 2.0)
        let after = SIMD2(1.5, 2.0)
        let isSmoothed = deviation.correct(from: before, to: after)
        #expect(isSmoothed)
        #expect(deviation.shown(after) == before)
        #expect(deviation.length == 0.5)
    }

    @Test(arguments: [24.0, 30, 60, 144, 1_000])
    func aDeviationDecaysAlikeAtEveryFrameRate(frameRate: Double) {
        var deviation = deviation()
        deviation.correct(from: [1, 0], to: [0, 0])
        for _ in 0..<Int(frameRate / 2) { deviation.decay(over: .seconds(1 / frameRate)) }
        // 0.5 s are 10 halvings.
        #expect(abs(deviation.length - 1.0 / 1_024) < 1e-6)
    }

    @Test func aDeviationEndsAtZero() {
        var deviation = deviation()
        deviation.correct(from: [1, 0], to: [0, 0])
        deviation.decay(over: .seconds(1))
        #expect(deviation.offset == nil)
        #expect(deviation.shown([7, 7]) == [7, 7])
        deviation.correct(from: [1, 0], to: [0, 0])
        deviation.decay(over: .seconds(1_000_000_000))
        #expect(deviation.length == 0)
    }

    @Test func correctionsAddUp() {
        var deviation = deviation()
        deviation.correct(from: [1, 0], to: [0, 0])
        deviation.decay(over: .milliseconds(50))
        let shown = deviation.shown([0, 0])
        deviation.correct(from: [0, 0], to: [0, 1])
        #expect(deviation.shown([0, 1]) == shown)
    }

    @Test func aTeleportIsShownAtOnce() {
        var deviation = deviation()
        deviation.correct(from: [1, 0], to: [0, 0])
        let isFarSmoothed = deviation.correct(from: [0, 0], to: [0, 9])
        #expect(!isFarSmoothed)
        #expect(deviation.shown([0, 9]) == [0, 9])
        let isDoorSmoothed = deviation.correct(from: [0, 9], to: [0, 8], isTeleport: true)
        #expect(!isDoorSmoothed)
        #expect(deviation.offset == nil)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func nonFiniteCorrectionsAreTeleports(number: Double) {
        var deviation = deviation()
        let isSmoothed = deviation.correct(from: [number, 0], to: [0, 0])
        #expect(!isSmoothed)
        #expect(deviation.shown([1, 1]) == [1, 1])
    }

    @Test func anglesTakeTheShortWay() {
        var deviation = Deviation<Angle>(teleportLength: .infinity)
        deviation.correct(from: Angle(radians: 3.1), to: Angle(radians: -3.1))
        #expect(abs(deviation.length - (2 * .pi - 6.2)) < 1e-9)
        let half = Angle(radians: 3.0).blended(with: Angle(radians: -3.0), at: 0.5)
        #expect(abs(half.radians.magnitude - .pi) < 1e-9)
        #expect(Angle(radians: .infinity).radians == 0)
    }

    @Test func aCurveKeepsToItsVelocities() {
        // A parabola from standstill, with 2 units a second squared.
        let middle = 0.0.curved(
            leavingAt: 0, to: 1, arrivingAt: 2, at: 0.5, over: 1)
        #expect(middle == 0.25)
        let beyond = 0.0.curved(leavingAt: 2, to: 2, arrivingAt: 2, at: 1.5, over: 1)
        #expect(beyond == 3)
        let plane = SIMD3<Float>(0, 0, 0).blended(with: SIMD3(2, 4, 6), at: 0.5)
        #expect(plane == SIMD3(1, 2, 3))
    }
}
