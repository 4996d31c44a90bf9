import ParleyDatagrams

/// How one word is written, unpacked for the loop.
///
/// A step is taken modulo 2^bits as the smaller of forwards and backwards, folded so that its sign is
/// the lowest bit, less one, since a step of nothing is not written. Two bits say how many bits
/// follow, so small steps are short.
package struct WordCoder: Hashable, Sendable {
    let mask: UInt32
    /// How many bits follow each of the four prefixes, a byte each.
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

    /// What a change takes at the most.
    var maximumBits: Int { Int(bits) + 2 }

    /// How a word became what it is.
    ///
    /// - Parameters:
    ///   - current: the word.
    ///   - baseline: what it was, another one.
    /// - Returns: what is written, and in how many bits: 0 … 34.
    @inline(__always)
    func code(_ current: UInt32, since baseline: UInt32) -> (value: UInt64, bits: UInt64) {
        guard isStepped else {
            // The change of a single bit is no news beside the news that it changed.
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
    ///   - baseline: what the word was.
    ///   - reader: gives the bits.
    /// - Returns: what the word is; never more than its bits, whatever was read.
    /// - Throws: ``DatagramError`` when bits are missing.
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
