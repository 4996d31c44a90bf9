/// The reason why recorded datagrams cannot be read or written.
public enum RecordingError: Error, Hashable, Sendable {
    /// A system call failed. `code` is its error number.
    case system(operation: String, path: String, code: Int32)
    /// The bytes end inside the header, a length or a datagram. `offset` is that of its first byte.
    case truncated(what: String, offset: Int, expected: Int, available: Int)
    /// A datagram is longer than the reader allows.
    case tooLong(offset: Int, length: UInt64, limit: Int)
    /// A header cannot follow the first datagram, because it would be read as a datagram.
    case headerAfterDatagrams
    /// The file was closed.
    case closed
}

extension RecordingError: CustomStringConvertible {
    /// One sentence that says what was expected, what was found and where.
    public var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "cannot \(operation) \(path): \(SystemCall.message(for: code))"
        case .truncated(let what, let offset, let expected, let available):
            "\(what) at offset \(offset) has \(expected) bytes, but only \(available) are there"
        case .tooLong(let offset, let length, let limit):
            "the datagram at offset \(offset) has \(length) bytes; at most \(limit) are allowed"
        case .headerAfterDatagrams:
            "a header goes before the first datagram"
        case .closed:
            "the file was closed"
        }
    }
}
