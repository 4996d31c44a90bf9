/// An engine's way to write the statements, which are written once.
package enum SQLDialect: CaseIterable, Sendable {
    /// SQLite.
    case sqlite
    /// PostgreSQL, and what speaks its protocol.
    case postgres

    /// The statement as the engine takes it.
    ///
    /// SQLite takes `?1`. It would take `$1` too, but as a name, bound in the order of appearance. One
    /// connection needs no locks of rows, and takes the file's lock at the beginning: it reads an owner that it would
    /// lock, and the store makes sure that what it reads is durable. PostgreSQL takes `$1`, and is told
    /// the isolation that the operations are made for, whatever the server's default is.
    package func text(of statement: Statement) -> String {
        switch self {
        case .sqlite where statement == .begin: "BEGIN IMMEDIATE"
        case .sqlite where statement == .lockOwner: Statement.readOwner.text
        case .sqlite: statement.text.replacing(" FOR UPDATE", with: "")
        case .postgres where statement == .begin: "BEGIN ISOLATION LEVEL READ COMMITTED"
        case .postgres: statement.text.replacing("?", with: "$")
        }
    }

    /// The version of the tables. A store of another one is not opened.
    package static var schemaVersion: Int64 { Schema.version }

    /// The statements that make the tables, where they are missing.
    package var schema: [String] { texts(of: Schema.statements) }

    /// The statements that make them from those of the version before.
    package var additions: [String] { texts(of: Schema.additions) }

    private func texts(of statements: [String]) -> [String] {
        statements.map { statement in
            types.reduce(statement) { $0.replacing($1.key, with: $1.value) }
        }
    }

    private var types: KeyValuePairs<String, String> {
        switch self {
        case .sqlite:
            [
                "{integer}": "INTEGER", "{bytes}": "BLOB", "{text}": "TEXT", "{rows}": " STRICT",
                "{keyed}": " STRICT, WITHOUT ROWID",
            ]
        case .postgres:
            [
                "{integer}": "bigint", "{bytes}": "bytea", "{text}": "text COLLATE \"C\"",
                "{rows}": "",
                "{keyed}": "",
            ]
        }
    }
}
