/// Takes apart what a ``BitWriter`` packed.
///
/// A value type: a copy is a bookmark. No read ever traps, whatever the bytes: one that needs more
/// bits than are left throws, and the position stays where it was.
public struct BitReader: Sendable {
    /// What is being read.
    public let datagram: Datagram

    /// How many bits were read so far, those before the start included.
    @inlinable
    public var bitOffset: Int { position }

    @usableFromInline var position: Int

    /// A reader at a bit.
    ///
    /// - Parameters:
    ///   - datagram: what to read.
    ///   - bitOffset: how many bits to pass over; beyond the end, nothing is left to read.
    @inlinable
    public init(_ datagram: Datagram, bitOffset: Int = 0) {
        self.datagram = datagram
        position = min(max(bitOffset, 0), datagram.count * 8)
    }

    /// How many bits are left, those that only fill up the last byte included.
    @inlinable
    public var remainingBits: Int { datagram.count &* 8 &- bitOffset }

    /// Reads a number.
    ///
    /// - Parameter bits: 0 … 64; more count as 64, fewer than none as none.
    /// - Returns: the number, 0 for no bits.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read(bits: Int) throws(DatagramError) -> UInt64 {
        let wanted = min(max(bits, 0), 64)
        guard wanted <= remainingBits else { throw shortfall(wanted) }
        guard wanted > 0 else { return 0 }
        let shift = UInt64(truncatingIfNeeded: bitOffset & 7)
        let byte = bitOffset >> 3
        var value = word(at: byte) &>> shift
        // 64 bits that begin inside a byte reach into a ninth one.
        if wanted &+ Int(shift) > 64 {
            value |= UInt64(datagram.byte(at: byte &+ 8)) << (64 &- shift)
        }
        position &+= wanted
        return wanted == 64 ? value : value & (1 << UInt64(truncatingIfNeeded: wanted) &- 1)
    }

    /// Reads a number of two's complement.
    ///
    /// - Parameter bits: 0 … 64, of which the highest is the sign.
    /// - Returns: the number, 0 for no bits.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readSigned(bits: Int) throws(DatagramError) -> Int64 {
        let value = try read(bits: bits)
        let unused = Int64(64 - min(max(bits, 0), 64))
        return (Int64(bitPattern: value) << unused) >> unused
    }

    /// Reads one bit.
    ///
    /// - Returns: whether it is set.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func readFlag() throws(DatagramError) -> Bool {
        try read(bits: 1) == 1
    }

    /// Passes over the bits up to the next whole byte.
    public mutating func alignToByte() {
        position = (position + 7) & ~7
    }

    /// Makes sure that nothing is left but zero bits that fill up the last byte.
    ///
    /// - Throws: ``DatagramError``: bytes are left over, or bits that should be zero are not.
    public func expectEnd() throws(DatagramError) {
        guard remainingBits < 8 else {
            throw .trailingBytes(count: remainingBits >> 3, offset: (bitOffset + 7) >> 3)
        }
        var rest = self
        let padding = try rest.read(bits: remainingBits)
        guard padding == 0 else {
            throw .invalidValue(
                expected: "zero bits up to the end", found: "0b" + String(padding, radix: 2),
                offset: bitOffset >> 3)
        }
    }

    /// Up to eight bytes; those behind the end are zero.
    @inlinable @inline(__always)
    func word(at byte: Int) -> UInt64 {
        if byte &+ 8 <= datagram.count { return datagram.word(at: byte) }
        var value: UInt64 = 0
        var index = datagram.count
        while index > byte {
            index &-= 1
            value = value << 8 | UInt64(datagram.byte(at: index))
        }
        return value
    }

    @usableFromInline @inline(never)
    func shortfall(_ bits: Int) -> DatagramError {
        .endOfDatagram(
            expected: "\(bits) bits", byteCount: (bits + 7) >> 3, available: remainingBits >> 3,
            offset: bitOffset >> 3)
    }
}

extension Datagram {
    /// One byte; the caller knows that it is there.
    @inlinable
    func byte(at position: Int) -> UInt8 {
        precondition(position >= 0 && position < byteCount, "a byte lies there")
        guard let block else { return 0 }
        return unsafe block.start.load(fromByteOffset: offset &+ position, as: UInt8.self)
    }
}
