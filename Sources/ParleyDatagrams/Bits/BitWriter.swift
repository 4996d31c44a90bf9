/// Packs numbers of any width into a datagram, from the lowest bit of the first byte on.
///
/// A 64-bit accumulator collects the bits and moves them into the datagram eight bytes at a time. So
/// a field costs a shift and an or, and allocates only when the datagram has no capacity left.
///
/// ```swift
/// var writer = BitWriter()
/// writer.write(5, bits: 3)
/// writer.write(true)
/// let datagram = writer.finish()
/// ```
public struct BitWriter: Sendable {
    @usableFromInline var datagram: Datagram
    @usableFromInline var accumulator: UInt64 = 0
    /// The number of bits in the accumulator: 0 … 63.
    @usableFromInline var waiting = 0

    /// Creates a writer without bits.
    ///
    /// - Parameter minimumCapacity: The number of bytes that can be written without another
    ///   allocation.
    @inlinable
    public init(minimumCapacity: Int = 0) {
        datagram = Datagram(minimumCapacity: minimumCapacity)
    }

    /// Creates a writer that appends to a datagram.
    ///
    /// - Parameter datagram: The bytes before the first bit.
    @inlinable
    public init(appendingTo datagram: consuming Datagram) {
        self.datagram = datagram
    }

    /// The number of bits, with those of the datagram that the writer appends to.
    @inlinable
    public var bitCount: Int { datagram.count &* 8 &+ waiting }

    /// The number of bytes that `finish()` would return.
    @inlinable
    public var byteCount: Int { (bitCount &+ 7) >> 3 }

    /// Writes the lowest bits of a number.
    ///
    /// - Parameters:
    ///   - value: The number. Higher bits are ignored.
    ///   - bits: The number of bits, which is clamped to 0 … 64.
    @inlinable @inline(__always)
    public mutating func write(_ value: UInt64, bits: Int) {
        let width = min(max(bits, 0), 64)
        let kept = value & ~(~0 << UInt64(truncatingIfNeeded: width))
        accumulator |= kept &<< UInt64(truncatingIfNeeded: waiting)
        let total = waiting &+ width
        if total < 64 {
            waiting = total
        } else {
            flush(kept, total)
        }
    }

    /// Writes the lowest bits of a number.
    ///
    /// - Parameters:
    ///   - value: The number. Negative numbers are in two's complement.
    ///   - bits: The number of bits, which is clamped to 0 … 64.
    @inlinable @inline(__always)
    public mutating func write(_ value: some FixedWidthInteger, bits: Int) {
        write(UInt64(truncatingIfNeeded: value), bits: bits)
    }

    /// Writes one bit.
    ///
    /// - Parameter flag: Whether the bit is set.
    @inlinable @inline(__always)
    public mutating func write(_ flag: Bool) {
        write(flag ? 1 as UInt64 : 0, bits: 1)
    }

    /// Writes zero bits up to the next whole byte.
    @inlinable
    public mutating func alignToByte() {
        write(0 as UInt64, bits: -bitCount & 7)
    }

    /// Writes zero bits up to the next multiple of eight bytes.
    ///
    /// All bits are in memory then, where ``append(bits:of:from:)`` finds them.
    @inlinable
    package mutating func alignToWord() {
        if waiting > 0 { write(0 as UInt64, bits: 64 &- waiting) }
    }

    /// Writes zero bits up to a whole byte and returns the datagram.
    ///
    /// - Returns: The datagram. The writer is empty afterwards.
    @inlinable
    public mutating func finish() -> Datagram {
        let bytes = (waiting &+ 7) >> 3
        var rest = accumulator
        for _ in 0..<bytes {
            datagram.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        defer { self = BitWriter() }
        return datagram
    }

    /// Removes all bits and keeps the memory for the next ones.
    @inlinable
    package mutating func removeAll() {
        datagram.removeAll(keepingCapacity: true)
        accumulator = 0
        waiting = 0
    }

    /// Copies bits from another writer.
    ///
    /// - Parameters:
    ///   - bits: The number of bits.
    ///   - other: The other writer, none of whose bits may be in its accumulator.
    ///   - word: The offset of the first bit in the other writer, in units of eight bytes.
    @inlinable @inline(__always)
    package mutating func append(bits: Int, of other: borrowing BitWriter, from word: Int) {
        var left = bits
        var offset = word &* 8
        while left > 0 {
            let chunk = min(left, 64)
            write(other.datagram.word(at: offset), bits: chunk)
            left &-= chunk
            offset &+= 8
        }
    }

    /// Moves the full accumulator into the datagram, and keeps the bits that did not fit.
    @inlinable @inline(__always)
    mutating func flush(_ value: UInt64, _ total: Int) {
        datagram.append(accumulator)
        let taken = 64 &- waiting
        // An empty accumulator takes the whole value, and a shift by 64 leaves 0.
        accumulator = value >> UInt64(truncatingIfNeeded: taken)
        waiting = total &- 64
    }
}

extension Datagram {
    /// The eight bytes at an offset as a little-endian number. They must exist.
    @inlinable @inline(__always)
    func word(at position: Int) -> UInt64 {
        precondition(position >= 0 && position <= byteCount &- 8, "eight bytes exist")
        guard let block else { return 0 }
        let stored = unsafe block.start.loadUnaligned(
            fromByteOffset: offset &+ position, as: UInt64.self)
        return UInt64(littleEndian: stored)
    }
}
