import ParleyDatagrams

/// The layout of snapshots in packets; `Documentation/Wire.md` has every bit.
enum SnapshotFormat {
    static let sequenceBits = 16
    static let tickBits = 32
    static let countBits = 11
    static let checkBits = 16
    static let headerBits = sequenceBits + tickBits + countBits
    /// The bits of a packet without records.
    static let frameBits = headerBits + checkBits
    static let maximumRecords = 1 << countBits - 1
    static let handleBits = 32
    /// How far back a baseline may lie, in ticks.
    static let window: UInt32 = 64
    static let ageBits = 6

    enum Kind: UInt64 {
        // The most common one has one bit.
        case update = 0b0
        case spawn = 0b01
        case despawn = 0b11

        @inline(__always) var bits: Int { self == .update ? 1 : 2 }
    }

    /// The distance from the alias of the record before, less one, and in how many bits.
    @inline(__always)
    static func gap(_ gap: Int) -> (value: UInt64, bits: Int) {
        let value = UInt64(truncatingIfNeeded: gap)
        if gap == 0 { return (0, 1) }
        if gap <= 8 { return (0b01 | (value &- 1) &<< 2, 5) }
        if gap <= 72 { return (0b011 | (value &- 9) &<< 3, 9) }
        return (0b111 | value &<< 3, 19)
    }

    @inline(__always)
    static func readGap(from reader: inout BitReader) throws(DatagramError) -> Int {
        if try !reader.readFlag() { return 0 }
        if try !reader.readFlag() { return Int(try reader.read(bits: 3)) + 1 }
        if try !reader.readFlag() { return Int(try reader.read(bits: 6)) + 9 }
        return Int(try reader.read(bits: 16))
    }

    /// How many bits the number of a type has.
    static func typeBits(_ count: Int) -> Int {
        Int.bitWidth - max(count - 1, 0).leadingZeroBitCount
    }
}

/// The full sequence number, of which only the lowest 16 bits travel.
func expandSequence(_ wire: UInt16, near reference: UInt32) -> UInt32? {
    let step = Int16(truncatingIfNeeded: wire &- UInt16(truncatingIfNeeded: reference))
    let full = Int64(reference) + Int64(step)
    return full >= 0 ? UInt32(exactly: full) : nil
}
