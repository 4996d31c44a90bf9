/// Recorded datagrams in memory, in the format of the files (Panda3D's `DatagramBuffer`).
///
/// ```swift
/// var buffer = DatagramBuffer()
/// buffer.put(Datagram(bytes: [1, 2, 3]))
/// while let datagram = try buffer.next() { … }
/// ```
public struct DatagramBuffer: Sendable {
    /// All that was written: header, lengths and datagrams.
    ///
    /// Setting it starts reading anew.
    public var data: Datagram {
        get { written }
        set {
            written = newValue
            readOffset = 0
            hasDatagrams = !newValue.isEmpty
        }
    }

    /// The longest datagram that is read, in bytes.
    public var maximumLength: Int
    /// How many bytes were read.
    public private(set) var readOffset = 0

    private var written: Datagram
    private var hasDatagrams: Bool

    /// A buffer.
    ///
    /// - Parameters:
    ///   - data: what was written before.
    ///   - maximumLength: the longest datagram to read, in bytes.
    public init(_ data: Datagram = Datagram(), maximumLength: Int = 1 << 26) {
        written = data
        self.maximumLength = maximumLength
        hasDatagrams = !data.isEmpty
    }

    /// Whether everything was read.
    public var isAtEnd: Bool { readOffset == written.count }

    /// Writes a header; several are one.
    ///
    /// - Parameter bytes: who reads them must know how many they are.
    /// - Throws: ``RecordingError/headerAfterDatagrams``.
    public mutating func writeHeader(
        _ bytes: some Collection<UInt8>
    ) throws(RecordingError) {
        guard !hasDatagrams else { throw .headerAfterDatagrams }
        written.append(bytes: bytes)
    }

    /// Writes a datagram (`putDatagram`).
    ///
    /// - Parameter datagram: of any length.
    public mutating func put(_ datagram: Datagram) {
        hasDatagrams = true
        RecordFormat.appendLength(datagram.count, to: &written)
        written.append(contentsOf: datagram)
    }

    /// Reads a header.
    ///
    /// - Parameter count: how many bytes it has.
    /// - Returns: its bytes, not copied.
    /// - Throws: ``RecordingError/truncated(what:offset:expected:available:)``.
    public mutating func readHeader(_ count: Int) throws(RecordingError) -> Datagram {
        try read { (reader) throws(RecordingError) in try reader.readHeader(count) }
    }

    /// Reads the next datagram (`getDatagram`).
    ///
    /// - Returns: a slice of ``data``; nil when there is none left.
    /// - Throws: ``RecordingError``: the data ends inside it, or it is too long. The position is
    ///   what it was.
    public mutating func next() throws(RecordingError) -> Datagram? {
        try read { (reader) throws(RecordingError) in try reader.next() }
    }

    /// Forgets everything.
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
