package import ParleySockets
import TestSupport

/// Makes inputs from those of a corpus. The same generator makes the same inputs.
package struct Mutator {
    /// The source of all choices.
    package var random: SeededGenerator
    private let corpus: [[UInt8]]
    private let longest: Int

    /// - Parameters:
    ///   - corpus: Valid inputs, of which there may be none.
    ///   - random: The source of all choices.
    ///   - longest: The largest number of bytes of an input.
    package init(corpus: [[UInt8]], random: SeededGenerator, longest: Int = 4_096) {
        self.corpus = corpus
        self.random = random
        self.longest = longest
    }

    /// Returns an entry of the corpus with any number of changes, or random bytes.
    package mutating func input() -> [UInt8] {
        guard let entry = corpus.randomElement(using: &random), !chance(of: 16) else {
            return random.bytes(Int.random(in: 0...64, using: &random))
        }
        var input = entry
        guard !chance(of: 32) else { return input }
        for _ in 0..<(1 << Int.random(in: 0...4, using: &random)) { mutate(&input) }
        if input.count > longest { input.removeLast(input.count - longest) }
        return input
    }

    /// Changes an input in a random way.
    package mutating func mutate(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return insert(&input) }
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1: flipBit(&input)
        case 2: input[place(input)] = UInt8(truncatingIfNeeded: random.next())
        case 3, 4: setNumber(&input)
        case 5: addToNumber(&input)
        case 6, 7: setLength(&input)
        case 8: insert(&input)
        case 9: remove(&input)
        case 10: duplicate(&input)
        case 11: splice(&input)
        case 12: overwrite(&input)
        default: input.removeLast(Int.random(in: 1...input.count, using: &random))
        }
    }
}

extension Mutator {
    private mutating func chance(of count: Int) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }

    private mutating func place(_ input: [UInt8]) -> Int {
        Int.random(in: 0..<input.count, using: &random)
    }

    /// Returns a random range, which is short more often than long.
    private mutating func piece(of input: [UInt8]) -> Range<Int> {
        let start = place(input)
        let most = min(input.count - start, chance(of: 4) ? input.count : 8)
        return start..<start + Int.random(in: 1...most, using: &random)
    }

    private mutating func flipBit(_ input: inout [UInt8]) {
        input[place(input)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }

    /// Returns a number at the end of a range, in any width and byte order.
    private mutating func setNumber(_ input: inout [UInt8]) {
        let number = InterestingNumber.all.randomElement(using: &random) ?? 0
        write(number, to: &input, at: place(input))
    }

    private mutating func addToNumber(_ input: inout [UInt8]) {
        let start = place(input)
        let width = min(1 << Int.random(in: 0...2, using: &random), input.count - start)
        var number = input[start..<start + width].reversed().reduce(0 as UInt64) {
            $0 << 8 | UInt64($1)
        }
        number &+= UInt64(bitPattern: Int64.random(in: -16...16, using: &random))
        for offset in 0..<width {
            input[start + offset] = UInt8(truncatingIfNeeded: number >> UInt64(8 * offset))
        }
    }

    /// Returns the number of bytes behind a position or nearly that, as a length there would be.
    private mutating func setLength(_ input: inout [UInt8]) {
        let start = place(input)
        let left = input.count - start
        let near = left + Int.random(in: -6...2, using: &random)
        let count = chance(of: 4) ? Int.random(in: 0...4 * left, using: &random) : near
        write(UInt64(max(count, 0)), to: &input, at: start)
    }

    private mutating func write(_ number: UInt64, to input: inout [UInt8], at start: Int) {
        let width = 1 << Int.random(in: 0...3, using: &random)
        let isBig = chance(of: 4)
        for offset in 0..<min(width, input.count - start) {
            let shift = UInt64(8 * (isBig ? width - 1 - offset : offset))
            input[start + offset] = UInt8(truncatingIfNeeded: number >> shift)
        }
    }

    private mutating func insert(_ input: inout [UInt8]) {
        let start = Int.random(in: 0...input.count, using: &random)
        let count = chance(of: 16) ? 300 : Int.random(in: 1...8, using: &random)
        let bytes =
            chance(of: 2)
            ? random.bytes(count)
            : [UInt8](repeating: UInt8(truncatingIfNeeded: random.next()), count: count)
        input.insert(contentsOf: bytes, at: start)
    }

    private mutating func remove(_ input: inout [UInt8]) {
        input.removeSubrange(piece(of: input))
    }

    private mutating func duplicate(_ input: inout [UInt8]) {
        let bytes = Array(input[piece(of: input)])
        input.insert(contentsOf: bytes, at: Int.random(in: 0...input.count, using: &random))
    }

    /// Returns the beginning of this input with the end of another.
    private mutating func splice(_ input: inout [UInt8]) {
        guard let other = corpus.randomElement(using: &random), !other.isEmpty else { return }
        input.removeSubrange(place(input)...)
        input.append(contentsOf: other[place(other)...])
    }

    /// Returns this input with a piece of another over a piece of it.
    private mutating func overwrite(_ input: inout [UInt8]) {
        guard let other = corpus.randomElement(using: &random), !other.isEmpty else { return }
        let bytes = other[piece(of: other)]
        let start = place(input)
        input.replaceSubrange(start..<min(start + bytes.count, input.count), with: bytes)
    }
}

/// Numbers at which decoders go wrong: the ends of ranges, and their neighbours.
private enum InterestingNumber {
    static let all: [UInt64] = beside + reals + [0, 1, 2, 0x20, 0x40, 0xFFFD, .max - 1, .max]

    private static let beside: [UInt64] = [7, 8, 15, 16, 31, 32, 62, 63].flatMap { bits in
        let power: UInt64 = 1 << bits
        return [power - 1, power, power + 1]
    }

    /// Infinities and NaNs.
    private static let reals: [UInt64] = [
        Double.infinity.bitPattern, Double.nan.bitPattern + 1,
        UInt64(Float.infinity.bitPattern), UInt64(Float.nan.bitPattern) + 1,
    ]
}
