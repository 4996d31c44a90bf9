#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

// Inside the type below, these names are its own functions.
private let systemRead = unsafe read
private let systemWrite = unsafe write

/// Reading and writing files that must not be open to other users.
///
/// Every call blocks until the disk answers: callers keep it off event loops.
enum SecurityFile {
    /// The permissions that a file must have.
    enum Access {
        /// Anyone may read it: certificates.
        case shared
        /// Its group may read it, others may not: the keys of services.
        case group
        /// Only this user may read or change it.
        case owner

        fileprivate var forbidden: UInt32 {
            switch self {
            case .shared: 0
            case .group: 0o027
            case .owner: 0o077
            }
        }
    }

    /// The bytes of a file, as a secret, for it may hold a key.
    static func read(
        _ path: String, access: Access, limit: Int
    ) throws(SecurityFileError) -> Secret {
        let descriptor = try openFile(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard access == .shared || status.st_uid == geteuid() || status.st_uid == 0 else {
            throw .foreign(path: path)
        }
        let mode = UInt32(status.st_mode) & 0o777
        guard mode & access.forbidden == 0 else { throw .exposed(path: path, mode: mode) }
        guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
        return try Secret(count: Int(status.st_size)) { bytes throws(SecurityFileError) in
            try readAll(descriptor, into: &bytes, path: path)
        }
    }

    /// Writes a file that only this user may read, in one step: a reader sees all of it or nothing.
    ///
    /// - Parameter isReplacing: Whether a file of that name is replaced. If not, and there is one,
    ///   nothing is written.
    /// - Returns: Whether it was written.
    static func write(
        _ bytes: Span<UInt8>, to path: String, isReplacing: Bool
    ) throws(SecurityFileError) -> Bool {
        var name = [UInt8](repeating: 0, count: 8)
        var random = name.mutableSpan
        RandomBytes.fill(&random)
        let temporary = path + "." + Base32.text(of: name.span)
        let descriptor = try openFile(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
        defer { unsafe unlink(temporary) }
        do throws(SecurityFileError) {
            try writeAll(descriptor, bytes, path: temporary)
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw failure(temporary) }
        if isReplacing {
            guard unsafe rename(temporary, path) == 0 else { throw failure(path) }
            return true
        }
        if unsafe link(temporary, path) == 0 { return true }
        guard errno == EEXIST else { throw failure(path) }
        return false
    }

    /// Makes a directory that only this user may use, unless it is there.
    static func makeDirectory(_ path: String) throws(SecurityFileError) {
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFile(path: path) }
        guard status.st_uid == geteuid() else { throw .foreign(path: path) }
        let mode = UInt32(status.st_mode) & 0o777
        guard mode & 0o077 == 0 else { throw .exposed(path: path, mode: mode) }
    }

    /// Whether something has that name.
    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Removes a file, if it is there.
    static func remove(_ path: String) {
        unsafe unlink(path)
    }

    private static func openFile(
        _ path: String, _ flags: Int32
    ) throws(SecurityFileError) -> Int32 {
        // A name with a zero byte in it would be cut there.
        guard !path.utf8.contains(0) else {
            throw .system(path: path, reason: String(cError: EINVAL))
        }
        let descriptor = unsafe open(path, flags, mode_t(0o600))
        guard descriptor >= 0 else { throw failure(path) }
        return descriptor
    }

    private static func readAll(
        _ descriptor: Int32, into bytes: inout MutableSpan<UInt8>, path: String
    ) throws(SecurityFileError) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe systemRead(
                    descriptor, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            guard count >= 0 else { throw failure(path) }
            // A file that became shorter meanwhile: the rest stays zero, and no reader takes it.
            guard count > 0 else { return }
            offset += count
        }
    }

    private static func writeAll(
        _ descriptor: Int32, _ bytes: Span<UInt8>, path: String
    ) throws(SecurityFileError) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe systemWrite(
                    descriptor, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            guard count > 0 else { throw failure(path) }
            offset += count
        }
    }

    private static func failure(_ path: String) -> SecurityFileError {
        .system(path: path, reason: String(cError: errno))
    }
}

extension String {
    /// The system's words for an error.
    fileprivate init(cError code: Int32) {
        self = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
