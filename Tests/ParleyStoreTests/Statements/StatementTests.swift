import Testing

@testable import ParleyStore

/// The statements keep to what SQLite, PostgreSQL and the databases that speak its protocol have in common.
@Suite struct StatementTests {
    /// The forms that a statement may have, by its first words.
    static let forms = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT"]

    static let foreign = [
        "RETURNING *", "SERIAL", "NOW(", "CURRENT_", "LISTEN", "NOTIFY", "ADVISORY", "RANDOM",
        "ROWID",
        "OR REPLACE", "OR IGNORE", "AUTOINCREMENT", "::", "JSON", "ARRAY", "WITH ", "MERGE",
        "LAST_INSERT",
    ]

    @Test(arguments: Statement.allCases)
    func everyStatementKeepsToTheSubset(statement: Statement) {
        let text = statement.text
        let isAllowed =
            Self.forms.contains { text.hasPrefix($0) } || text.hasPrefix("SELECT ")
            || text.hasPrefix("INSERT INTO ") && !text.contains("SELECT")
            || text.hasPrefix("UPDATE ") && text.contains(" WHERE ")
            || text.hasPrefix("DELETE FROM ") && text.contains(" WHERE ")
        #expect(isAllowed, "\(statement): \(text)")
        for word in Self.foreign {
            #expect(!text.uppercased().contains(word), "\(statement) uses \(word)")
        }
    }

    /// Values are numbered from 1 without a gap, and never written into the text.
    @Test(arguments: Statement.allCases)
    func valuesAreNumbered(statement: Statement) {
        let numbers = Set(statement.text.matches(of: /\?([0-9]+)/).compactMap { Int($0.1) })
        #expect(numbers == Set(1..<numbers.count + 1), "\(statement): \(numbers.sorted())")
        #expect(!statement.text.contains("'"), "\(statement) has a text in it")
        #expect(!statement.text.contains(/\?[^0-9]/), "\(statement) has a value without a number")
    }

    @Test func dialectsDifferInFewPlaces() {
        let read = Statement.readItem
        #expect(
            SQLDialect.sqlite.text(of: read) == "SELECT id, kind, holder FROM item WHERE id = ?1")
        #expect(
            SQLDialect.postgres.text(of: read)
                == "SELECT id, kind, holder FROM item WHERE id = $1 FOR UPDATE")
        #expect(SQLDialect.sqlite.text(of: .begin) == "BEGIN IMMEDIATE")
        #expect(
            SQLDialect.postgres.text(of: .begin) == "BEGIN ISOLATION LEVEL READ COMMITTED")
        for dialect in SQLDialect.allCases {
            for statement in dialect.schema { #expect(!statement.contains("{"), "\(statement)") }
        }
    }

    /// SQLite prepares every statement on the tables of the schema.
    @Test func sqliteTakesEveryStatement() async throws {
        try await TemporaryFolder.with { folder in
            let connection = try SQLiteConnection(path: folder.path("a.db"), mostBytes: nil)
            for statement in SQLDialect.sqlite.schema { try connection.execute(statement) }
            for statement in Statement.allCases {
                let text = "EXPLAIN " + SQLDialect.sqlite.text(of: statement)
                #expect(throws: Never.self, "\(statement)") { try connection.execute(text) }
            }
        }
    }
}
