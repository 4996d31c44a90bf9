internal import ParleyStore

/// Why a statement, or a connection, failed.
enum PostgresFailure: Error, Hashable {
    /// The connection is gone: why.
    case lost(String)
    /// The connection was closed, because an answer has more than so many bytes.
    case oversized(Int)
    /// The server's error: its five letters and its words.
    case server(state: String, message: String)
    /// The statement did not run, because one before it failed.
    case skipped

    /// SQLSTATE; empty where there is none.
    var state: String {
        if case .server(let state, _) = self { state } else { "" }
    }

    /// Whether the same transaction, made again, may go through: others were in its way.
    var isSerialisation: Bool {
        // The last one is a row that another session has just inserted: made again, the call finds it.
        ["40001", "40P01", "23505"].contains(state)
    }

    /// Whether this server takes no writes: a standby, or a primary that has become one.
    var isReadOnly: Bool { state == "25006" }

    /// Whether an error at the commit says that nothing took place. The others leave it open.
    var isDefinite: Bool {
        isSerialisation || state.hasPrefix("23") || state.hasPrefix("53")
    }

    /// The words.
    var text: String {
        switch self {
        case .lost(let reason): reason
        case .oversized(let limit): "the server sent an answer of more than \(limit) bytes"
        case .server(let state, let message): "\(message) (PostgreSQL \(state))"
        case .skipped: "an earlier statement failed"
        }
    }

    /// What it means for a transaction that has not been committed.
    var fault: StoreFault {
        if isSerialisation { return .serialisation }
        return state == "53100" ? .full(text) : .failed(text)
    }
}
