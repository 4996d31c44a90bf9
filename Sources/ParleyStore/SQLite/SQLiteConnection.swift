internal import CParleySQLite

/// One connection to SQLite and its prepared statements. One thread at a time uses it.
@safe
final class SQLiteConnection {
    private let connection: OpaquePointer
    private var statements: [OpaquePointer?]

    /// Opens or creates the file, and makes this connection its only one.
    init(path: String, mostBytes: Int?) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let code = unsafe parley_sqlite_open(path, &opened)
        guard let connection = unsafe opened else {
            throw SQLiteFailure(code: code, message: "no memory")
        }
        unsafe self.connection = unsafe connection
        unsafe statements = unsafe Array(repeating: nil, count: Statement.allCases.count)
        guard code == 0 else { throw failure(code) }
        try execute("PRAGMA locking_mode = EXCLUSIVE")
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = FULL")
        // 16 MiB of pages, so that a checkpoint of a thousand players is not read back while it is written.
        try execute("PRAGMA cache_size = -16384")
        if let mostBytes { try execute("PRAGMA max_page_count = \(max(1, mostBytes / 4_096))") }
    }

    deinit {
        for index in Statement.allCases.indices {
            if let statement = unsafe statements[index] { unsafe parley_statement_end(statement) }
        }
        unsafe parley_sqlite_close(connection)
    }

    /// Whether no transaction is open.
    var isIdle: Bool { unsafe parley_sqlite_is_idle(connection) != 0 }

    /// Runs a text of one statement, whose rows do not matter.
    func execute(_ text: String) throws(SQLiteFailure) {
        _ = try rows(of: text)
    }

    /// Runs a text of one statement, and returns its rows.
    func rows(of text: String) throws(SQLiteFailure) -> [SQLRow] {
        let statement = unsafe try prepare(text)
        defer { unsafe parley_statement_end(statement) }
        return unsafe try step(statement)
    }

    /// Runs a prepared statement without values or rows.
    func execute(_ statement: Statement) throws(SQLiteFailure) {
        _ = try rows(of: statement, [])
    }

    /// Runs a prepared statement.
    func rows(of statement: Statement, _ values: [SQLValue]) throws(SQLiteFailure) -> [SQLRow] {
        let prepared = unsafe try prepared(statement)
        for (index, value) in values.enumerated() {
            unsafe try bind(value, Int32(index + 1), prepared)
        }
        defer { unsafe parley_statement_reset(prepared) }
        return unsafe try step(prepared)
    }

    private func prepared(_ statement: Statement) throws(SQLiteFailure) -> OpaquePointer {
        if let prepared = unsafe statements[statement.rawValue] { return unsafe prepared }
        let prepared = unsafe try prepare(SQLDialect.sqlite.text(of: statement))
        unsafe statements[statement.rawValue] = unsafe prepared
        return unsafe prepared
    }

    private func prepare(_ text: String) throws(SQLiteFailure) -> OpaquePointer {
        var prepared: OpaquePointer?
        let code = unsafe parley_statement_prepare(connection, text, text.utf8.count, &prepared)
        guard code == 0, let prepared = unsafe prepared else { throw failure(code) }
        return unsafe prepared
    }

    private func bind(_ value: SQLValue, _ index: Int32, _ statement: OpaquePointer)
        throws(SQLiteFailure)
    {
        let code =
            switch value {
            case .integer(let number):
                unsafe parley_statement_bind_integer(statement, index, number)
            case .text(let text): unsafe bind(text, index, statement)
            case .bytes(let bytes):
                unsafe bytes.withUnsafeBufferPointer { bytes in
                    unsafe parley_statement_bind_bytes(
                        statement, index, bytes.baseAddress, bytes.count)
                }
            case .null: unsafe parley_statement_bind_null(statement, index)
            }
        guard code == 0 else { throw failure(code) }
    }

    private func bind(_ text: String, _ index: Int32, _ statement: OpaquePointer) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            unsafe parley_statement_bind_text(statement, index, bytes.baseAddress, bytes.count)
        }
    }

    private func step(_ statement: OpaquePointer) throws(SQLiteFailure) -> [SQLRow] {
        var rows: [SQLRow] = []
        while true {
            let code = unsafe parley_statement_step(statement)
            if code == PARLEY_SQLITE_DONE { return rows }
            guard code == PARLEY_SQLITE_ROW else { throw failure(code) }
            rows.append(unsafe row(of: statement))
        }
    }

    private func row(of statement: OpaquePointer) -> SQLRow {
        let count = unsafe parley_statement_column_count(statement)
        var values: [SQLValue] = []
        values.reserveCapacity(Int(count))
        for column in 0..<count { values.append(unsafe value(column, statement)) }
        return SQLRow(values)
    }

    private func value(_ column: Int32, _ statement: OpaquePointer) -> SQLValue {
        let kind = unsafe parley_statement_column_kind(statement, column)
        if kind == PARLEY_SQLITE_INTEGER {
            return .integer(unsafe parley_statement_column_integer(statement, column))
        }
        guard kind == PARLEY_SQLITE_TEXT || kind == PARLEY_SQLITE_BYTES else { return .null }
        var count = 0
        let start = unsafe parley_statement_column_bytes(statement, column, &count)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
        return unsafe kind == PARLEY_SQLITE_TEXT
            ? .text(String(decoding: bytes, as: UTF8.self)) : .bytes(Array(bytes))
    }

    private func failure(_ code: Int32) -> SQLiteFailure {
        SQLiteFailure(
            code: code, message: unsafe String(cString: parley_sqlite_message(connection)))
    }
}

/// SQLite's code and words for a failure.
struct SQLiteFailure: Error, Hashable {
    var code: Int32
    var message: String

    /// The extended code's lowest eight bits.
    var primary: Int32 { code & 0xFF }

    /// What it means for a transaction.
    var fault: StoreFault {
        primary == PARLEY_SQLITE_FULL ? .full(message) : .failed("\(message) (SQLite \(code))")
    }
}

extension SQLiteConnection: SQLSession {
    func run(_ statement: Statement, _ values: [SQLValue]) throws(StoreFault) -> [SQLRow] {
        do {
            return try rows(of: statement, values)
        } catch {
            throw error.fault
        }
    }
}
