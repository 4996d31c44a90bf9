/// Takes a datagram apart, field by field, in the order in which they were appended.
///
/// A value type: a copy is a bookmark. It keeps the bytes alive. No read ever traps: bytes that are
/// not what was asked for throw a ``DatagramError``, and the position stays where it was.
/// Corresponds to Panda3D's `DatagramIterator`.
public struct DatagramReader: Sendable {
    /// What is being read.
    public let datagram: Datagram

    /// How many bytes were read so far: the offset of the next one (Panda3D's
    /// `getCurrentIndex`).
    @inlinable
    public var offset: Int { position }

    /// The limits of the `Codable` values that are read from here, as far as they decode themselves
    /// by ``DatagramDecoder``.
    ///
    /// A server reads what its clients send with lower limits than the default.
    public var codingLimits = CodingLimits()

    @usableFromInline var position: Int

    /// A reader at the first byte.
    ///
    /// - Parameter datagram: what to read.
    @inlinable
    public init(_ datagram: Datagram) {
        self.datagram = datagram
        position = 0
    }

    /// A reader at any byte (Panda3D's `DatagramIterator(datagram, offset)`).
    ///
    /// - Parameters:
    ///   - datagram: what to read.
    ///   - offset: how many bytes to pass over.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public init(_ datagram: Datagram, offset: Int) throws(DatagramError) {
        self.init(datagram)
        try skip(offset)
    }

    /// How many bytes are left (Panda3D's `getRemainingSize`).
    @inlinable
    public var remainingCount: Int { datagram.byteCount &- position }

    /// Whether all bytes were read.
    @inlinable
    public var isAtEnd: Bool { remainingCount == 0 }

    /// The bytes that are left, without a copy.
    ///
    /// The position does not change (Panda3D's `getRemainingBytes`).
    public var remaining: Datagram { datagram.slice(position...) }

    /// All bytes that are left, without a copy.
    ///
    /// The reader is at the end afterwards.
    ///
    /// - Returns: a slice of the datagram; empty when nothing is left.
    public mutating func readRemaining() -> Datagram {
        defer { position = datagram.byteCount }
        return remaining
    }

    /// Some bytes, without a copy (Panda3D's `extractBytes`).
    ///
    /// - Parameter count: how many.
    /// - Returns: a slice of the datagram.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readBytes(_ count: Int) throws(DatagramError) -> Datagram {
        try require(count, for: "bytes")
        defer { position += count }
        return datagram.slice(position..<position + count)
    }

    /// Passes over bytes (Panda3D's `skipBytes`).
    ///
    /// - Parameter count: how many.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func skip(_ count: Int) throws(DatagramError) {
        try require(count, for: "bytes to skip")
        position += count
    }

    /// Makes sure that nothing is left: a peer that sends more than was agreed is wrong.
    ///
    /// - Throws: ``DatagramError/trailingBytes(count:offset:)``.
    public func expectEnd() throws(DatagramError) {
        guard isAtEnd else { throw .trailingBytes(count: remainingCount, offset: position) }
    }

    /// Runs several reads as one: when one of them throws, the position is what it was before
    /// the first.
    ///
    /// - Parameter body: reads; may throw errors of its own.
    /// - Returns: what the closure returns.
    /// - Throws: what the closure throws.
    @inlinable
    package mutating func atomically<Value>(
        _ body: (inout DatagramReader) throws(DatagramError) -> Value
    ) throws(DatagramError) -> Value {
        let bookmark = position
        do {
            return try body(&self)
        } catch {
            position = bookmark
            throw error
        }
    }
}

extension DatagramReader {
    @inlinable
    func require(_ count: Int, for expected: String) throws(DatagramError) {
        guard count >= 0, count <= remainingCount else {
            throw shortfall(expected, count)
        }
    }

    @usableFromInline @inline(never)
    func shortfall(_ expected: String, _ byteCount: Int) -> DatagramError {
        .endOfDatagram(
            expected: expected, byteCount: byteCount, available: remainingCount, offset: position)
    }
}
