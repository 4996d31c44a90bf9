import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// The encoding of the difference between two states.
@Suite struct DeltaTests {
    let layout = EntityLayout(Everything.self, named: "everything")

    private func delta(_ current: [UInt32], since baseline: [UInt32]) -> BitWriter {
        var writer = BitWriter()
        layout.coder.write(current.span, since: baseline.span, to: &writer)
        return writer
    }

    private func apply(_ delta: Datagram, to baseline: [UInt32]) throws -> [UInt32] {
        var words = baseline
        var reader = BitReader(delta)
        var span = words.mutableSpan
        try layout.coder.read(from: &reader, into: &span)
        try reader.expectEnd()
        return words
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func anyStateCanBeReachedFromAny(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var state = Everything.random(using: &generator)
        let baseline = state.quantised()
        let other = Everything.random(using: &generator)
        if seed.isMultiple(of: 2) { state = other } else { state.x = other.x }
        let current = state.quantised()
        var written = delta(current, since: baseline)
        #expect(try apply(written.finish(), to: baseline) == current)
    }

    @Test func smallChangesCostFewBits() throws {
        struct Body: Replicated {
            var x = 0.0
            var y = 0.0
            var facing = 0.0
            var health = 100

            mutating func fields(_ visit: inout some FieldVisitor) {
                visit("x", &x, .fixed(in: -512...512, precision: 0.01))
                visit("y", &y, .fixed(in: -512...512, precision: 0.01))
                visit("facing", &facing, .angle(bits: 12))
                visit("health", &health, .integer(in: 0...100))
            }
        }
        let layout = EntityLayout(Body.self, named: "body")
        func bits(_ change: (inout Body) -> Void) -> Int {
            var body = Body()
            let baseline = body.quantised()
            change(&body)
            var writer = BitWriter()
            layout.coder.write(body.quantised().span, since: baseline.span, to: &writer)
            return writer.bitCount
        }
        #expect(bits { _ in } == 4)
        #expect(bits { $0.x += 0.04 } == 4 + 2 + 4)
        #expect(bits { $0.x += 0.3 } == 4 + 2 + 7)
        #expect(bits { $0.x += 3 } == 4 + 2 + 10)
        #expect(bits { $0.x += 300 } == 4 + 2 + 17)
        // Across the end of the circle is a small step as well.
        #expect(bits { $0.facing = -0.01 } == 4 + 2 + 4)
    }

    @Test func unchangedGroupsCostABitEach() {
        let words = Everything().quantised()
        #expect(delta(words, since: words).bitCount == (words.count + 7) / 8)
    }

    /// Bits that are cut off or flipped are an error or another state, never the end of a program.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func damagedBitsNeverTrap(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let baseline = Everything.random(using: &generator).quantised()
        let current = Everything.random(using: &generator).quantised()
        var bytes = delta(current, since: baseline).finished.bytes
        let cut = Int.random(in: 0...bytes.count, using: &generator)
        if cut < bytes.count - 1 {
            let words = try? apply(Datagram(bytes: bytes[..<cut]), to: baseline)
            #expect(words == nil || words != current)
        }
        for _ in 0..<3 {
            guard let index = bytes.indices.randomElement(using: &generator) else { return }
            bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        guard let words = try? apply(Datagram(bytes: bytes), to: baseline) else { return }
        for (word, coding) in zip(words, layout.codings) where coding.bits < 32 {
            #expect(word >> UInt32(coding.bits) == 0)
        }
    }
}

extension BitWriter {
    fileprivate var finished: Datagram {
        var copy = self
        return copy.finish()
    }
}
