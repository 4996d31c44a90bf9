/// Writes datagrams to a file that Panda3D can read (`DatagramOutputFile`).
///
/// Calls may block on the disk: keep them off event loops and actors that must not wait.
public final class DatagramFileWriter {
    private let file: RecordingFile
    private var pending = Datagram()
    private var hasDatagrams = false
    private var isClosed = false

    /// How many bytes wait in memory before they are written.
    private static let bufferSize = 64 * 1024

    /// Makes a file, or empties the one that is there.
    ///
    /// - Parameter path: where. A name that ends in `.pz`, which tells Panda3D to compress, does
    ///   not here.
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public init(path: String) throws(RecordingError) {
        file = try RecordingFile(writing: path)
    }

    deinit {
        try? flush()
    }

    /// Writes a header; several are one (`writeHeader`).
    ///
    /// - Parameter bytes: who reads them must know how many they are.
    /// - Throws: ``RecordingError``.
    public func writeHeader(_ bytes: some Collection<UInt8>) throws(RecordingError) {
        guard !isClosed else { throw .closed }
        guard !hasDatagrams else { throw .headerAfterDatagrams }
        pending.append(bytes: bytes)
        try flushWhenFull()
    }

    /// Writes a datagram (`putDatagram`).
    ///
    /// - Parameter datagram: of any length.
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

    /// Gives everything to the operating system.
    ///
    /// - Throws: ``RecordingError/system(operation:path:code:)``.
    public func flush() throws(RecordingError) {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        try file.write(pending)
    }

    /// Flushes and closes.
    ///
    /// Nothing can be written afterwards; closing twice is allowed.
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
