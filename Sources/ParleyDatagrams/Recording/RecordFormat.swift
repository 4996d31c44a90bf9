/// The format of Panda3D's datagram files: a header whose length the reader knows, then a 32-bit
/// little-endian count and the bytes of each datagram.
///
/// A 64-bit count follows the count `0xFFFFFFFF`.
enum RecordFormat {
    static let escape = UInt32.max

    /// Appends the count in front of a datagram.
    static func appendLength(_ count: Int, to bytes: inout Datagram) {
        guard count < Int(escape) else {
            bytes.append(escape)
            bytes.append(UInt64(count))
            return
        }
        bytes.append(UInt32(count))
    }
}

/// A source of recorded bytes.
protocol RecordSource {
    /// Returns the next bytes, and fewer than `count` only at the end. The memory that it takes is
    /// that of the bytes that exist.
    mutating func take(_ count: Int) throws(RecordingError) -> Datagram
}

/// Reads recorded bytes, in memory or in a file.
struct RecordReader<Source: RecordSource> {
    var source: Source
    let maximumLength: Int
    /// The number of bytes that were read.
    private(set) var offset: Int

    init(_ source: Source, maximumLength: Int, offset: Int = 0) {
        self.source = source
        self.maximumLength = maximumLength
        self.offset = offset
    }

    mutating func readHeader(_ count: Int) throws(RecordingError) -> Datagram {
        try take(count, of: "the header", beginning: offset)
    }

    /// Returns the next datagram, or nil when the bytes end between two.
    mutating func next() throws(RecordingError) -> Datagram? {
        let start = offset
        let prefix = try source.take(4)
        offset += prefix.count
        if prefix.isEmpty { return nil }
        guard let short: UInt32 = Self.number(prefix) else {
            throw .truncated(
                what: "a length", offset: start, expected: 4, available: prefix.count)
        }
        var length = UInt64(short)
        if short == RecordFormat.escape {
            let long = try take(8, of: "a 64-bit length", beginning: start + 4)
            length = Self.number(long) ?? 0
        }
        guard length <= UInt64(max(maximumLength, 0)) else {
            throw .tooLong(offset: start, length: length, limit: maximumLength)
        }
        return try take(Int(length), of: "a datagram", beginning: offset)
    }

    private mutating func take(
        _ count: Int, of what: String, beginning start: Int
    ) throws(RecordingError) -> Datagram {
        let bytes = try source.take(count)
        offset += bytes.count
        guard bytes.count == count else {
            throw .truncated(
                what: what, offset: start, expected: count, available: bytes.count)
        }
        return bytes
    }

    private static func number<Value: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: Datagram
    ) -> Value? {
        try? bytes.reader.peek(Value.self)
    }
}
