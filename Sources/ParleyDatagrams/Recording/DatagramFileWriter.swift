/// Writes datagrams to a file that ``DatagramFileReader`` and Panda3D can read.
///
/// Calls may block on the disk, so do not call them on an event loop or on an actor that must not
/// wait.
public final class DatagramFileWriter {
    private let file: RecordingFile
    private var pending = Datagram()
    private var hasDatagrams = false
    private var isClosed = false

    /// The number of bytes that are collected before they are written.
    private static let bufferSize = 64 * 1024

    /// Creates a file, or empties the one that exists.
    ///
    /// - Parameter path: The path of the file. The file is never compressed, even if the path ends in
    ///   `.pz`.
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public init(path: String) throws(RecordingError) {
        file = try RecordingFile(writing: path)
    }

    deinit {
        try? flush()
    }

    /// Appends to the header, which comes before the first datagram.
    ///
    /// - Parameter bytes: The bytes. A reader must know how many there are.
    /// - Throws: ``RecordingError``.
    public func writeHeader(_ bytes: some Collection<UInt8>) throws(RecordingError) {
        guard !isClosed else { throw .closed }
        guard !hasDatagrams else { throw .headerAfterDatagrams }
        pending.append(bytes: bytes)
        try flushWhenFull()
    }

    /// Writes a datagram.
    ///
    /// - Parameter datagram: The datagram, of any length.
    /// - Throws: ``RecordingError``.
    public func put(_ datagram: Datagram) throws(RecordingError) {
        guard !isClosed else { throw .closed }
        hasDatagrams = true
        RecordFormat.appendLength(datagram.count, to: &pending)
        guard datagram.count < Self.bufferSize else {
            try flush()
            return try file.write(datagram)
        }
        pending.append(contentsOf: datagram)
        try flushWhenFull()
    }

    /// Writes all collected bytes to the file.
    ///
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public func flush() throws(RecordingError) {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        try file.write(pending)
    }

    /// Writes all collected bytes and closes the file. Further calls have no effect.
    ///
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public func close() throws(RecordingError) {
        guard !isClosed else { return }
        isClosed = true
        try flush()
        try file.close()
    }

    private func flushWhenFull() throws(RecordingError) {
        if pending.count >= Self.bufferSize { try flush() }
    }
}
