/// Reads the datagrams of a file that ``DatagramFileWriter`` or Panda3D wrote.
///
/// Memory grows with the bytes that exist and not with the lengths in the file. Calls may block on
/// the disk, so do not call them on an event loop or on an actor that must not wait.
public final class DatagramFileReader {
    private var records: RecordReader<FileSource>

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The path of the file, which must not be compressed (`.pz`).
    ///   - maximumLength: The length in bytes of the longest datagram to read.
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public init(path: String, maximumLength: Int = 1 << 26) throws(RecordingError) {
        let source = FileSource(file: try RecordingFile(reading: path))
        records = RecordReader(source, maximumLength: maximumLength)
    }

    /// The number of bytes that were read.
    public var offset: Int { records.offset }

    /// Reads the header.
    ///
    /// - Parameter count: The number of bytes of the header.
    /// - Returns: The bytes.
    /// - Throws: ``RecordingError``.
    public func readHeader(_ count: Int) throws(RecordingError) -> Datagram {
        try records.readHeader(count)
    }

    /// Reads the next datagram.
    ///
    /// - Returns: The datagram, or nil at the end of the file.
    /// - Throws: ``RecordingError`` when the file ends inside the datagram, or when it is too long.
    public func next() throws(RecordingError) -> Datagram? {
        try records.next()
    }

    /// Closes the file. Further calls have no effect.
    ///
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public func close() throws(RecordingError) {
        try records.source.file.close()
    }
}

/// The bytes of a file, which are read ahead.
private struct FileSource: RecordSource {
    let file: RecordingFile
    private var ahead = Datagram().reader

    /// The number of bytes that one system call reads.
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
        // The bytes grow in place only without a second reference.
        ahead = Datagram().reader
        while bytes.count < count {
            // At most a chunk more than exists, so a wrong length takes no memory.
            guard try file.read(Self.chunk, into: &bytes) > 0 else { return bytes }
        }
        var read = bytes.reader
        let result = (try? read.readBytes(count)) ?? Datagram()
        ahead = read
        return result
    }
}
