internal import CParleySQLite

/// Why a store's file could not be opened.
public struct StoreOpenError: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// Another process has the file, or another store of this one.
        case locked
        /// The file is no store, or one that this version does not read.
        case unreadable(String)
        /// The disk, or the file's largest size, is full.
        case full(String)
        /// The file cannot be opened: the system's words.
        case failed(String)
    }

    /// The file.
    public var path: String
    /// What is wrong.
    public var reason: Reason

    init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    init(path: String, _ failure: SQLiteFailure) {
        self.path = path
        reason =
            switch failure.primary {
            case PARLEY_SQLITE_BUSY: .locked
            case PARLEY_SQLITE_FULL: .full(failure.message)
            case PARLEY_SQLITE_NOT_A_DATABASE, PARLEY_SQLITE_CORRUPT: .unreadable(failure.message)
            default: .failed("\(failure.message) (SQLite \(failure.code))")
            }
    }

    init(path: String, _ fault: StoreFault) {
        self.path = path
        reason =
            switch fault {
            case .unreadable(let text): .unreadable(text)
            case .full(let text): .full(text)
            case .failed(let text): .failed(text)
            case .serialisation: .locked
            }
    }

    /// A sentence for an operator.
    public var description: String {
        switch reason {
        case .locked: "\(path) is in use: one process at a time opens a store"
        case .unreadable(let text): "\(path) is no store that this program reads: \(text)"
        case .full(let text): "\(path) is full: \(text)"
        case .failed(let text): "\(path) could not be opened: \(text)"
        }
    }
}
