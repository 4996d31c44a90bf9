/// Recorded datagrams in memory, in the format of ``DatagramFileWriter``.
///
/// ```swift
/// var buffer = DatagramBuffer()
/// buffer.put(Datagram(bytes: [1, 2, 3]))
/// while let datagram = try buffer.next() { … }
/// ```
public struct DatagramBuffer: Sendable {
    /// The recorded bytes: the header, and the lengths and bytes of the datagrams.
    ///
    /// Setting it moves the position to the start.
    public var data: Datagram {
        get { written }
        set {
            written = newValue
            readOffset = 0
            hasDatagrams = !newValue.isEmpty
        }
    }

    /// The length in bytes of the longest datagram that is read.
    public var maximumLength: Int
    /// The number of bytes that were read.
    public private(set) var readOffset = 0

    private var written: Datagram
    private var hasDatagrams: Bool

    /// Creates a buffer.
    ///
    /// - Parameters:
    ///   - data: The recorded bytes.
    ///   - maximumLength: The length in bytes of the longest datagram to read.
    public init(_ data: Datagram = Datagram(), maximumLength: Int = 1 << 26) {
        written = data
        self.maximumLength = maximumLength
        hasDatagrams = !data.isEmpty
    }

    /// Whether all bytes were read.
    public var isAtEnd: Bool { readOffset == written.count }

    /// Appends to the header, which comes before the first datagram.
    ///
    /// - Parameter bytes: The bytes. A reader must know how many there are.
    /// - Throws: ``RecordingError/headerAfterDatagrams``.
    public mutating func writeHeader(
        _ bytes: some Collection<UInt8>
    ) throws(RecordingError) {
        guard !hasDatagrams else { throw .headerAfterDatagrams }
        written.append(bytes: bytes)
    }

    /// Appends a datagram.
    ///
    /// - Parameter datagram: The datagram, of any length.
    public mutating func put(_ datagram: Datagram) {
        hasDatagrams = true
        RecordFormat.appendLength(datagram.count, to: &written)
        written.append(contentsOf: datagram)
    }

    /// Reads the header.
    ///
    /// - Parameter count: The number of bytes of the header.
    /// - Returns: The bytes, which are not copied.
    /// - Throws: ``RecordingError/truncated(what:offset:expected:available:)``.
    public mutating func readHeader(_ count: Int) throws(RecordingError) -> Datagram {
        try read { (reader) throws(RecordingError) in try reader.readHeader(count) }
    }

    /// Reads the next datagram.
    ///
    /// When it throws, the position does not change.
    ///
    /// - Returns: A slice of ``data``, or nil when no datagram is left.
    /// - Throws: ``RecordingError`` when the data ends inside the datagram, or when it is too long.
    public mutating func next() throws(RecordingError) -> Datagram? {
        try read { (reader) throws(RecordingError) in try reader.next() }
    }

    /// Removes all bytes.
    public mutating func removeAll() {
        data = Datagram()
    }

    private mutating func read<Value>(
        _ body: (inout RecordReader<MemorySource>) throws(RecordingError) -> Value
    ) throws(RecordingError) -> Value {
        let rest = MemorySource(reader: written.slice(readOffset...).reader)
        var reader = RecordReader(rest, maximumLength: maximumLength, offset: readOffset)
        let value = try body(&reader)
        readOffset = reader.offset
        return value
    }
}

/// Bytes in memory.
private struct MemorySource: RecordSource {
    var reader: DatagramReader

    mutating func take(_ count: Int) throws(RecordingError) -> Datagram {
        let available = min(max(count, 0), reader.remainingCount)
        return (try? reader.readBytes(available)) ?? Datagram()
    }
}
