/// An open file of recorded datagrams.
///
/// Its calls block, so none of them belongs on the thread of an event loop.
final class RecordingFile {
    let path: String
    private var descriptor: Int32?

    /// Opens a file to read it.
    init(reading path: String) throws(RecordingError) {
        self.path = path
        descriptor = try check("open", path, SystemCall.open(reading: path))
    }

    /// Creates a file, or empties the one that exists.
    init(writing path: String) throws(RecordingError) {
        self.path = path
        descriptor = try check("open", path, SystemCall.open(writing: path))
    }

    deinit {
        if let descriptor { SystemCall.close(descriptor) }
    }

    /// Reads at most `count` bytes and appends them to a buffer; returns 0 at the end of the file.
    func read(_ count: Int, into buffer: inout Datagram) throws(RecordingError) -> Int {
        guard let descriptor else { throw .closed }
        let length = buffer.count
        let start = unsafe buffer.extend(by: count)
        let memory = unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
        let received = unsafe SystemCall.read(descriptor, into: memory)
        buffer.truncate(to: length + max(received, 0))
        return try check("read", path, received)
    }

    /// Writes all bytes of a datagram.
    func write(_ datagram: Datagram) throws(RecordingError) {
        guard let descriptor else { throw .closed }
        var written = 0
        while written < datagram.count {
            let count = unsafe datagram.withUnsafeBytes { bytes in
                unsafe SystemCall.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: bytes[written...]))
            }
            written += try check("write", path, count)
        }
    }

    func close() throws(RecordingError) {
        guard let descriptor else { return }
        self.descriptor = nil
        _ = try check("close", path, SystemCall.close(descriptor))
    }
}

/// Returns the result of a system call, or throws what it failed with.
private func check<Result: FixedWidthInteger & SignedInteger>(
    _ operation: String, _ path: String, _ result: Result
) throws(RecordingError) -> Result {
    guard result >= 0 else {
        throw .system(operation: operation, path: path, code: Int32(truncatingIfNeeded: -result))
    }
    return result
}
