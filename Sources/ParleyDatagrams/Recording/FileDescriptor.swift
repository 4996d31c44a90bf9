#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An open file.
///
/// Calls block: file input and output have no place on an event loop's thread.
final class FileDescriptor {
    let path: String
    private var descriptor: Int32?

    /// Opens a file to read it.
    init(reading path: String) throws(RecordingError) {
        self.path = path
        descriptor = try Self.open(path, O_RDONLY | O_CLOEXEC)
    }

    /// Makes a file, or empties the one that is there.
    init(writing path: String) throws(RecordingError) {
        self.path = path
        descriptor = try Self.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
    }

    deinit {
        if let descriptor { _ = systemClose(descriptor) }
    }

    private static func open(_ path: String, _ flags: Int32) throws(RecordingError) -> Int32 {
        let descriptor = systemOpen(path, flags, 0o644)
        guard descriptor >= 0 else {
            throw .system(operation: "open", path: path, code: errno)
        }
        return descriptor
    }

    /// Reads up to so many bytes behind those that are in the buffer; 0 at the end of the file.
    func read(_ count: Int, into buffer: inout Datagram) throws(RecordingError) -> Int {
        guard let descriptor else { throw .closed }
        let length = buffer.count
        let destination = unsafe buffer.extend(by: count)
        while true {
            let received = unsafe systemRead(descriptor, destination, count)
            if received < 0, errno == EINTR { continue }
            let code = errno
            buffer.truncate(to: length + max(received, 0))
            guard received >= 0 else { throw .system(operation: "read", path: path, code: code) }
            return received
        }
    }

    func write(_ bytes: Datagram) throws(RecordingError) {
        guard let descriptor else { throw .closed }
        var sent = 0
        while sent < bytes.count {
            let result = unsafe bytes.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return unsafe systemWrite(descriptor, rest.baseAddress, rest.count)
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else {
                throw .system(operation: "write", path: path, code: errno)
            }
            sent += result
        }
    }

    func close() throws(RecordingError) {
        guard let descriptor else { return }
        self.descriptor = nil
        guard systemClose(descriptor) == 0 else {
            throw .system(operation: "close", path: path, code: errno)
        }
    }
}

// The names of the system calls are those of the methods above.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    unsafe open(path, flags, mode)
}

private func systemClose(_ descriptor: Int32) -> Int32 {
    close(descriptor)
}

@unsafe
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int
{
    unsafe read(descriptor, bytes, count)
}

@unsafe
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
