/// Reads the fields of a datagram, in the order in which they were appended.
///
/// A read throws a ``DatagramError`` when the bytes are not the field, and does not move the position
/// then. It never traps. A reader is a value that keeps the bytes alive, and a copy of it is a
/// bookmark.
public struct DatagramReader: Sendable {
    /// The datagram that is read.
    public let datagram: Datagram

    /// The offset of the next byte, which is the number of bytes that were read.
    @inlinable
    public var offset: Int { position }

    /// The limits of the `Codable` values that are read from the datagram.
    ///
    /// A server sets lower limits than the default before it reads what its clients sent. Types that
    /// implement ``DatagramDecodable`` by hand have no such limits.
    public var codingLimits = CodingLimits()

    @usableFromInline var position: Int

    /// Creates a reader at the first byte.
    ///
    /// - Parameter datagram: The datagram to read.
    @inlinable
    public init(_ datagram: Datagram) {
        self.datagram = datagram
        position = 0
    }

    /// Creates a reader at an offset.
    ///
    /// - Parameters:
    ///   - datagram: The datagram to read.
    ///   - offset: The number of bytes to skip.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public init(_ datagram: Datagram, offset: Int) throws(DatagramError) {
        self.init(datagram)
        try skip(offset)
    }

    /// The number of bytes that are left.
    @inlinable
    public var remainingCount: Int { datagram.byteCount &- position }

    /// Whether no bytes are left.
    @inlinable
    public var isAtEnd: Bool { remainingCount == 0 }

    /// The bytes that are left, which are not copied. The position does not change.
    public var remaining: Datagram { datagram.slice(position...) }

    /// Reads all bytes that are left, without copying them.
    ///
    /// - Returns: A slice of the datagram, which is empty when no bytes are left.
    public mutating func readRemaining() -> Datagram {
        defer { position = datagram.byteCount }
        return remaining
    }

    /// Reads bytes without copying them.
    ///
    /// - Parameter count: The number of bytes.
    /// - Returns: A slice of the datagram.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readBytes(_ count: Int) throws(DatagramError) -> Datagram {
        try require(count, for: "bytes")
        defer { position += count }
        return datagram.slice(position..<position + count)
    }

    /// Skips bytes.
    ///
    /// - Parameter count: The number of bytes.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func skip(_ count: Int) throws(DatagramError) {
        try require(count, for: "bytes to skip")
        position += count
    }

    /// Throws when bytes are left, because a peer sent more than the protocol has.
    ///
    /// - Throws: ``DatagramError/trailingBytes(count:offset:)``.
    public func expectEnd() throws(DatagramError) {
        guard isAtEnd else { throw .trailingBytes(count: remainingCount, offset: position) }
    }

    /// Runs several reads as one. When one of them throws, the position is that before the first.
    ///
    /// - Parameter body: The reads.
    /// - Returns: The result of the closure.
    /// - Throws: The error of the closure.
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
