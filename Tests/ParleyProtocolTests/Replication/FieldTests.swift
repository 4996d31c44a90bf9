import ParleyProtocol
import ParleySockets
import Testing

/// The values that result from quantising.
@Suite struct FieldTests {
    /// The value that a kind makes of another one.
    private func sent<Kind: FieldKind>(_ value: Kind.Value, _ kind: Kind) -> Kind.Value {
        let words = QuantisedField(value, kind).words
        #expect(words.count == kind.wordCount)
        #expect(kind.codings.count == kind.wordCount)
        for (word, coding) in zip(words, kind.codings) where coding.bits < 32 {
            #expect(word >> UInt32(coding.bits) == 0, "\(word) in \(coding.bits) bits")
        }
        return QuantisedField.value(of: words, kind)
    }

    @Test func fixedPointIsWithinHalfAStep() {
        let kind = FixedPointField<Double>(in: -512...512, precision: 0.01)
        for value in [0.0, 1, -1, 511.99, -511.99, 123.456, 512, -512] {
            #expect(abs(sent(value, kind) - value) <= 0.005 + 1e-9)
        }
        #expect(sent(0, kind) == 0)
        #expect(kind.codings[0].bits == 17)
    }

    @Test(arguments: [
        (Double.nan, -512.0), (.infinity, 512), (-.infinity, -512), (1e300, 512), (-1e300, -512),
        (.signalingNaN, -512), (512.001, 512),
    ])
    func valuesOutOfRangeBecomeTheNearestOne(value: Double, nearest: Double) {
        #expect(sent(value, .fixed(in: -512...512, precision: 0.01)) == nearest)
    }

    @Test func anglesWrap() {
        let kind = AngleField<Double>(bits: 12, turn: 2 * .pi)
        let step = 2 * Double.pi / 4096
        for value in stride(from: -20.0, through: 20, by: 0.37) {
            let off = (sent(value, kind) - value) / (2 * .pi)
            #expect(abs(off - off.rounded()) * 2 * .pi <= step / 2 + 1e-9)
        }
        #expect(sent(.nan, kind) == 0)
        #expect(sent(.infinity, kind) == 0)
        #expect(abs(kind.interpolate(3.1, -3.1, at: 0.5)) > 3.1)
        #expect(sent(359.99, AngleField<Float>(bits: 8, turn: 360)) == 0)
    }

    @Test func integersAreClamped() {
        #expect(sent(-11, .integer(in: -10...10)) == -10)
        #expect(sent(Int.max, .integer(in: -10...10)) == 10)
        #expect(sent(Int8.min, .integer(in: .min ... .max)) == .min)
        #expect(sent(UInt64.max, .wideInteger()) == .max)
        #expect(sent(Int.min, .wideInteger()) == .min)
        #expect(sent(Int.min, .signed(bits: 8)) == -128)
        #expect(sent(300, .signed(bits: 8)) == 127)
        #expect(sent(300, .unsigned(bits: 8)) == 255)
        #expect(sent(UInt8(77), .unsigned(bits: 32)) == 77)
        #expect(sent(5, .integer(in: 5...5)) == 5)
        let far = IntegerField(in: (Int.max - 3)...Int.max)
        #expect(sent(Int.max - 1, far) == Int.max - 1)
    }

    private struct Small: Replicated, Hashable {
        var health: UInt8 = 0
        var depth: Int8?

        mutating func fields(_ visit: inout some FieldVisitor) {
            visit("health", &health, .integer(in: 0...100))
            visit("depth", &depth, .integer(in: -3...3))
        }
    }

    @Test func aRangeOfLiteralsTakesTheTypeOfTheField() {
        var small = Small(health: 200, depth: -9)
        small.round()
        #expect(small == Small(health: 100, depth: -3))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func rotationsAreCloseAndOfLengthOne(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var value = SIMD4<Double>()
        for index in 0..<4 { value[index] = .random(in: -1...1, using: &generator) }
        value /= (value * value).sum().squareRoot()
        let back = sent(value, .rotation(bits: 9))
        #expect(abs((back * back).sum() - 1) < 1e-12)
        let cosine = min(abs((back * value).sum()), 1)
        #expect(cosine > 0.999_99, "off by more than half a degree")
    }

    @Test func invalidRotationsBecomeTheIdentity() {
        let none = SIMD4<Double>(0, 0, 0, 1)
        #expect(sent(SIMD4(), .rotation()) == none)
        #expect(sent(SIMD4(repeating: .nan), .rotation()) == none)
        #expect(sent(SIMD4(repeating: .infinity), .rotation()) == none)
        #expect(sent(none, .rotation()) == none)
        #expect(sent(-none, .rotation()) == none)
    }

    @Test func textsAreCutAtCharacters() {
        #expect(sent("héllo", .text(maximum: 32)) == "héllo")
        #expect(sent("héllo", .text(maximum: 2)) == "h")
        #expect(sent("ab😀cd", .text(maximum: 6)) == "ab😀")
        #expect(sent("ab😀cd", .text(maximum: 5)) == "ab")
        #expect(sent("", .text(maximum: 1)) == "")
        let full = String(repeating: "x", count: 512)
        #expect(sent(full, .text(maximum: 512)) == full)
    }

    @Test func optionalsAndCasesRoundTrip() {
        #expect(sent(nil, OptionalField(IntegerField(in: 0...9))) == nil)
        #expect(sent(0, OptionalField(IntegerField(in: 0...9))) == 0)
        for mood in Everything.Mood.allCases { #expect(sent(mood, .oneOf()) == mood) }
        let team = sent(Everything.Team.blue, .rawValue(bits: 2, else: .red))
        #expect(team == .blue)
    }

    /// Any words of a hostile peer decode to some value of the type.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func anyWordsDecodeToAValue(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let layout = EntityLayout(Everything.self, named: "everything")
        let words = (0..<layout.wordCount).map { _ in
            UInt32.random(in: .min ... .max, using: &generator)
        }
        let value = Everything(dequantising: words.span)
        #expect(value.x >= -512 && value.x <= 512)
        #expect(value.level < 32)
        #expect(value.wallet.coins <= 1000)
        #expect(value.name.utf8.count <= 13 * 3)
        #expect(abs((value.rotation * value.rotation).sum() - 1) < 1e-9)
    }

    /// Quantising a quantised value changes nothing, so both ends can simulate the same numbers.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func quantisingTwiceIsQuantisingOnce(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let value = Everything.random(using: &generator)
        let once = value.quantised()
        let again = Everything(dequantising: once.span).quantised()
        let layout = EntityLayout(Everything.self, named: "everything")
        #expect(layout.differences(once.span, again.span) == [])
    }
}
