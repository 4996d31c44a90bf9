/// Packs numbers of any number of bits into a datagram, lowest bit of the lowest byte first.
///
/// Bits gather in a 64-bit accumulator and reach the datagram eight bytes at a time, so a field
/// costs a shift and an or, and allocates nothing that the datagram has room for.
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
    /// How many bits wait in the accumulator: 0 … 63.
    @usableFromInline var waiting = 0

    /// A writer with nothing written.
    ///
    /// - Parameter minimumCapacity: how many bytes can be written without another allocation.
    @inlinable
    public init(minimumCapacity: Int = 0) {
        datagram = Datagram(minimumCapacity: minimumCapacity)
    }

    /// A writer that goes on behind the bytes of a datagram.
    ///
    /// - Parameter datagram: stays in front of what is written.
    @inlinable
    public init(appendingTo datagram: consuming Datagram) {
        self.datagram = datagram
    }

    /// How many bits are written, those of a datagram that the writer began with included.
    @inlinable
    public var bitCount: Int { datagram.count &* 8 &+ waiting }

    /// How many bytes the datagram would have, were it finished now.
    @inlinable
    public var byteCount: Int { (bitCount &+ 7) >> 3 }

    /// Writes the lowest bits of a number.
    ///
    /// - Parameters:
    ///   - value: bits above those that are asked for are not written.
    ///   - bits: 0 … 64; more count as 64, fewer as none.
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
    ///   - value: negative ones as two's complement.
    ///   - bits: 0 … 64; more count as 64, fewer as none.
    @inlinable @inline(__always)
    public mutating func write(_ value: some FixedWidthInteger, bits: Int) {
        write(UInt64(truncatingIfNeeded: value), bits: bits)
    }

    /// Writes one bit.
    ///
    /// - Parameter flag: set or not.
    @inlinable @inline(__always)
    public mutating func write(_ flag: Bool) {
        write(flag ? 1 as UInt64 : 0, bits: 1)
    }

    /// Zero bits up to the next whole byte.
    @inlinable
    public mutating func alignToByte() {
        write(0 as UInt64, bits: -bitCount & 7)
    }

    /// Zero bits up to the next multiple of eight bytes that were written.
    ///
    /// What was written is then all in memory, where ``append(bits:of:from:)`` finds it.
    @inlinable
    package mutating func alignToWord() {
        if waiting > 0 { write(0 as UInt64, bits: 64 &- waiting) }
    }

    /// The datagram: what was written, and zero bits up to a whole byte.
    ///
    /// - Returns: the bytes; the writer is empty afterwards.
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

    /// Forgets what was written, and keeps the memory for what comes.
    @inlinable
    package mutating func removeAll() {
        datagram.removeAll(keepingCapacity: true)
        accumulator = 0
        waiting = 0
    }

    /// Copies bits that another writer wrote.
    ///
    /// - Parameters:
    ///   - bits: how many.
    ///   - other: what wrote them; all of them must have left its accumulator.
    ///   - word: where they begin there, in units of eight bytes.
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

    /// Moves a full accumulator into the datagram, and the bits that no longer fitted behind it.
    @inlinable @inline(__always)
    mutating func flush(_ value: UInt64, _ total: Int) {
        datagram.append(accumulator)
        let taken = 64 &- waiting
        // When nothing waited the whole value is gone; a shift by 64 gives 0, which is right.
        accumulator = value >> UInt64(truncatingIfNeeded: taken)
        waiting = total &- 64
    }
}

extension Datagram {
    /// Eight bytes as a little-endian number; the caller knows that they are there.
    @inlinable @inline(__always)
    func word(at position: Int) -> UInt64 {
        precondition(position >= 0 && position <= byteCount &- 8, "eight bytes lie there")
        guard let block else { return 0 }
        let stored = unsafe block.start.loadUnaligned(
            fromByteOffset: offset &+ position, as: UInt64.self)
        return UInt64(littleEndian: stored)
    }
}
