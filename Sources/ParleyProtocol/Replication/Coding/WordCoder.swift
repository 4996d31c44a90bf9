import ParleyDatagrams

/// Writes and reads the change of one word.
///
/// A step is the smaller of forwards and backwards modulo 2^bits, folded so that its sign is the lowest
/// bit, less one because a step of 0 is never written. Two bits say how many bits follow, so small steps
/// are short.
package struct WordCoder: Hashable, Sendable {
    let mask: UInt32
    /// How many bits follow each of the four prefixes; a byte for each prefix.
    private let widths: UInt32
    private let bits: UInt8
    private let isStepped: Bool

    package init(_ coding: WordCoding) {
        let widths = [4, 7, 10, 32].map { min($0, coding.bits) }
        self.widths = widths.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        bits = UInt8(coding.bits)
        mask = coding.mask
        isStepped = coding.isStepped
    }

    /// The most bits that a change takes.
    var maximumBits: Int { Int(bits) + 2 }

    /// The change of a word.
    ///
    /// - Parameters:
    ///   - current: the word.
    ///   - baseline: the word before, a different one.
    /// - Returns: the bits to write, and how many: 0 … 34.
    @inline(__always)
    func code(_ current: UInt32, since baseline: UInt32) -> (value: UInt64, bits: UInt64) {
        guard isStepped else {
            // A single bit that changed has only one other value.
            return bits == 1 ? (0, 0) : (UInt64(current), UInt64(bits))
        }
        let unused = 32 &- UInt32(bits)
        let step =
            Int32(bitPattern: (current &- baseline) &<< unused) &>> Int32(bitPattern: unused)
        let folded = UInt32(bitPattern: (step &<< 1) ^ (step &>> 31)) &- 1
        let needed = UInt32(truncatingIfNeeded: 32 &- folded.leadingZeroBitCount)
        var tier: UInt32 = needed > 4 ? 1 : 0
        tier &+= needed > 7 ? 1 : 0
        tier &+= needed > 10 ? 1 : 0
        return ((UInt64(folded) &<< 2) | UInt64(tier), 2 &+ width(tier))
    }

    @inline(__always)
    private func width(_ tier: UInt32) -> UInt64 { UInt64((widths &>> (tier &* 8)) & 0xFF) }

    /// - Parameters:
    ///   - baseline: the word before.
    ///   - reader: gives the bits.
    /// - Returns: the word, which has no more bits than its coding, whatever was read.
    /// - Throws: ``DatagramError`` if bits are missing.
    @inline(__always)
    func read(
        since baseline: UInt32, from reader: inout BitReader
    ) throws(DatagramError) -> UInt32 {
        guard isStepped else {
            if bits == 1 { return baseline ^ 1 }
            return UInt32(truncatingIfNeeded: try reader.read(bits: Int(bits)))
        }
        let tier = UInt32(truncatingIfNeeded: try reader.read(bits: 2))
        let folded = UInt32(truncatingIfNeeded: try reader.read(bits: Int(width(tier)))) &+ 1
        return (baseline &+ ((folded &>> 1) ^ (0 &- (folded & 1)))) & mask
    }
}
