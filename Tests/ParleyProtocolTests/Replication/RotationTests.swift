import ParleyProtocol
import ParleySockets
import Testing

/// Rotations whose components are equally large, or nearly: any of them may be the one left out,
/// and yet the words must not change from one snapshot to the next.
@Suite struct RotationTests {
    @Test(arguments: [2, 3, 8, 9, 12, 16, 24])
    func requantisingADoubleGivesTheSameWords(bits: Int) {
        var generator = SeededGenerator(seed: UInt64(bits))
        let kind = RotationField<Double>(bits: bits)
        for _ in 0..<2_000 {
            let value = rotation(bits: bits, using: &generator)
            let words = QuantisedField(value, kind).words
            let back = QuantisedField.value(of: words, kind)
            #expect(QuantisedField(back, kind).words == words, "\(value)")
            #expect(angle(from: value, to: back) <= worst(bits), "\(value) became \(back)")
        }
    }

    @Test(arguments: [2, 3, 8, 9, 12, 16, 20])
    func requantisingAFloatGivesTheSameWords(bits: Int) {
        var generator = SeededGenerator(seed: UInt64(bits))
        let kind = RotationField<Float>(bits: bits)
        for _ in 0..<2_000 {
            let value = SIMD4<Float>(rotation(bits: bits, using: &generator))
            let words = QuantisedField(value, kind).words
            let back = QuantisedField.value(of: words, kind)
            #expect(QuantisedField(back, kind).words == words, "\(value)")
        }
    }

    /// Quarter turns are the commonest rotations there are, and all of them are ties.
    @Test func quarterTurnsAreExact() {
        let kind = RotationField<Double>(bits: 9)
        let half = 0.5.squareRoot()
        for first in 0..<4 {
            for second in 0..<4 where second != first {
                var value = SIMD4<Double>()
                value[first] = half
                value[second] = -half
                let back = QuantisedField.value(of: QuantisedField(value, kind).words, kind)
                #expect(abs(abs((back * value).sum()) - 1) < 1e-12, "\(value) became \(back)")
            }
        }
    }

    /// Any rotation, more often one with components that are equally large, or within two steps.
    private func rotation(
        bits: Int, using generator: inout SeededGenerator
    ) -> SIMD4<Double> {
        let ties = [0, 0.5, -0.5, 0.5.squareRoot(), 1, -1, (1 / 3.0).squareRoot()]
        let step = bits > 2 ? 1 / Double(1 << (bits - 1)) : 0
        let (one, other) = (
            Double.random(in: -1...1, using: &generator),
            Double.random(in: -1...1, using: &generator)
        )
        let kind = Int.random(in: 0..<4, using: &generator)
        var value = SIMD4<Double>()
        for index in 0..<4 {
            value[index] =
                switch kind {
                case 0: .random(in: -1...1, using: &generator)
                case 1: ties.randomElement(using: &generator) ?? 0
                case 2: [one, one, -one, other].randomElement(using: &generator) ?? 0
                default:
                    (ties.randomElement(using: &generator) ?? 0)
                        + step * .random(in: -2...2, using: &generator)
                }
        }
        let length = (value * value).sum().squareRoot()
        return length > 1e-6 ? value / length : SIMD4(0, 0, 0, 1)
    }

    /// Three components are each half a step off at the most, and where all four are equally large
    /// the fourth by as much as the three together; with four steps there is little to choose from.
    private func worst(_ bits: Int) -> Double {
        bits < 4 ? .pi : 2 * 1.8 * 0.5.squareRoot() / Double(1 << (bits - 1) - 1)
    }

    private func angle(from: SIMD4<Double>, to: SIMD4<Double>) -> Double {
        let chord = [from - to, from + to].map { ($0 * $0).sum().squareRoot() }.min() ?? 0
        return 2 * chord
    }
}
