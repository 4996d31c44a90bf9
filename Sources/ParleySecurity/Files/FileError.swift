/// A file with keys, certificates or pins could not be used.
public enum SecurityFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system refused.
    case system(path: String, reason: String)
    /// Something other than a file has that name.
    case notAFile(path: String)
    /// The file belongs to another user.
    case foreign(path: String)
    /// Others may read or change what only its owner may; `mode` are the permissions.
    case exposed(path: String, mode: UInt32)
    /// The file is larger than such a file can be, in bytes.
    case tooLarge(path: String, limit: Int)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .system(let path, let reason): "cannot use \(path): \(reason)"
        case .notAFile(let path): "\(path) is not a file"
        case .foreign(let path): "\(path) belongs to another user"
        case .exposed(let path, let mode):
            "\(path) is open to other users (mode \(String(mode, radix: 8))): chmod 600 it"
        case .tooLarge(let path, let limit): "\(path) has more than \(limit) bytes"
        }
    }
}
