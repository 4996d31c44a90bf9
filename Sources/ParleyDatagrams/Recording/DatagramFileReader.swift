/// Reads the datagrams of a file, one of Panda3D's or one of ours (`DatagramInputFile`).
///
/// Memory grows with the bytes that are there, never with a length that the file merely says.
/// Calls may block on the disk: keep them off event loops and actors that must not wait.
public final class DatagramFileReader {
    private var records: RecordReader<FileSource>

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: where it is. Compressed files (`.pz`) are not understood.
    ///   - maximumLength: the longest datagram to read, in bytes.
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public init(path: String, maximumLength: Int = 1 << 26) throws(RecordingError) {
        let source = FileSource(file: try RecordingFile(reading: path))
        records = RecordReader(source, maximumLength: maximumLength)
    }

    /// How many bytes of the file were read.
    public var offset: Int { records.offset }

    /// Reads a header (`readHeader`).
    ///
    /// - Parameter count: how many bytes it has.
    /// - Returns: its bytes.
    /// - Throws: ``RecordingError``.
    public func readHeader(_ count: Int) throws(RecordingError) -> Datagram {
        try records.readHeader(count)
    }

    /// Reads the next datagram (`getDatagram`).
    ///
    /// - Returns: nil at the end of the file, which is no error.
    /// - Throws: ``RecordingError``: the file ends inside the datagram, or it is too long.
    public func next() throws(RecordingError) -> Datagram? {
        try records.next()
    }

    /// Closes the file.
    ///
    /// Closing twice is allowed.
    ///
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public func close() throws(RecordingError) {
        try records.source.file.close()
    }
}

/// The bytes of a file, read ahead.
private struct FileSource: RecordSource {
    let file: RecordingFile
    private var ahead = Datagram().reader

    /// How many bytes are asked of the operating system at a time.
    private static let chunk = 64 * 1024

    init(file: RecordingFile) {
        self.file = file
    }

    mutating func take(_ count: Int) throws(RecordingError) -> Datagram {
        let count = max(count, 0)
        guard count > ahead.remainingCount else {
            return (try? ahead.readBytes(count)) ?? Datagram()
        }
        var bytes = ahead.readRemaining()
        // No second reference, so that the bytes can grow in place.
        ahead = Datagram().reader
        while bytes.count < count {
            // What the datagram lacks, at most a chunk more than is there: a length that lies
            // takes no memory.
            guard try file.read(Self.chunk, into: &bytes) > 0 else { return bytes }
        }
        var read = bytes.reader
        let result = (try? read.readBytes(count)) ?? Datagram()
        ahead = read
        return result
    }
}
