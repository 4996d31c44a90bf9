/// Reads the fields that a ``BitWriter`` packed.
///
/// A read that needs more bits than are left throws, and does not move the position. It never traps.
/// A reader is a value, and a copy of it is a bookmark.
public struct BitReader: Sendable {
    /// The datagram that is read.
    public let datagram: Datagram

    /// The offset of the next bit from the start of the datagram.
    @inlinable
    public var bitOffset: Int { position }

    @usableFromInline var position: Int

    /// Creates a reader at a bit.
    ///
    /// - Parameters:
    ///   - datagram: The datagram to read.
    ///   - bitOffset: The number of bits to skip. Beyond the end, no bits are left.
    @inlinable
    public init(_ datagram: Datagram, bitOffset: Int = 0) {
        self.datagram = datagram
        position = min(max(bitOffset, 0), datagram.count * 8)
    }

    /// The number of bits that are left, with those that only pad the last byte.
    @inlinable
    public var remainingBits: Int { datagram.count &* 8 &- bitOffset }

    /// Reads an unsigned number.
    ///
    /// - Parameter bits: The number of bits, which is clamped to 0 … 64.
    /// - Returns: The number. It is 0 when it has no bits.
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

    /// Reads a number in two's complement.
    ///
    /// - Parameter bits: The number of bits, which is clamped to 0 … 64. The highest is the sign.
    /// - Returns: The number. It is 0 when it has no bits.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readSigned(bits: Int) throws(DatagramError) -> Int64 {
        let value = try read(bits: bits)
        let unused = Int64(64 - min(max(bits, 0), 64))
        return (Int64(bitPattern: value) << unused) >> unused
    }

    /// Reads one bit.
    ///
    /// - Returns: Whether the bit is set.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func readFlag() throws(DatagramError) -> Bool {
        try read(bits: 1) == 1
    }

    /// Skips the bits up to the next whole byte.
    public mutating func alignToByte() {
        position = (position + 7) & ~7
    }

    /// Throws when anything but zero bits that pad the last byte is left.
    ///
    /// - Throws: ``DatagramError`` when bytes are left, or when the padding is not zero.
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

    /// The eight bytes at an offset. Bytes beyond the end are zero.
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
    /// The byte at an offset, which must exist.
    @inlinable
    func byte(at position: Int) -> UInt8 {
        precondition(position >= 0 && position < byteCount, "the byte exists")
        guard let block else { return 0 }
        return unsafe block.start.load(fromByteOffset: offset &+ position, as: UInt8.self)
    }
}
