import ParleyHandoff
import Testing

@testable import ParleyStore

/// The order of an operation's statements: two operations never wait for each other in a circle.
@Suite struct LockOrderTests {
    /// Notes each statement before SQLite runs it.
    private final class Recorder: SQLSession {
        let connection: SQLiteConnection
        var log: [(statement: Statement, values: [SQLValue])] = []

        init(_ connection: SQLiteConnection) {
            self.connection = connection
        }

        func run(_ statement: Statement, _ values: [SQLValue]) throws(StoreFault) -> [SQLRow] {
            log.append((statement, values))
            return try connection.run(statement, values)
        }

        func change(_ text: String) throws(StoreFault) { try connection.change(text) }
    }

    /// Characters in 1…count, all in one zone.
    private func withPlayers(
        _ count: UInt64,
        _ body: (SQLTables, Recorder, [CharacterID: Owner], ZoneProcess) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            let connection = try SQLiteConnection(path: folder.path("a.db"), mostBytes: nil)
            for statement in SQLDialect.sqlite.schema { try connection.execute(statement) }
            let recorder = Recorder(connection)
            let tables = SQLTables(recorder)
            try await tables.prepare()
            let register = RegisterZone(zone: zone("north"), address: "", capacity: 9, mark: 1)
            let life = try #require(try await register.steps.perform(tables).value)
            var owners: [CharacterID: Owner] = [:]
            for number in 1...count {
                var row = CharacterRecord(new: CharacterID(rawValue: number), generation: 1)
                row.move(to: life, mark: 1)
                try await tables.insert(row)
                owners[row.character] = row.owner
            }
            recorder.log = []
            try await body(tables, recorder, owners, life)
        }
    }

    @Test func aDealLocksCharactersByTheirNumber() async throws {
        try await withPlayers(9) { tables, recorder, owners, life in
            let effects = owners.keys.map {
                DealEffect.issue(DealTests.gold, 1, to: .character($0))
            }
            let deal = Deal(
                DealTests.request(CharacterID(rawValue: 5), 1), parties: owners, zone: life,
                effects: effects)
            let outcome = try await deal.steps.perform(tables)
            #expect(outcome == .done(.applied))
            let locks = recorder.log.filter { $0.statement == .lockOwner }.map(\.values)
            #expect(locks == (1...9 as ClosedRange<UInt64>).map { [SQLValue($0)] })
            let statements = recorder.log.map(\.statement)
            let last = try #require(statements.lastIndex(of: .lockOwner))
            let fence = try #require(statements.firstIndex(of: .fenceZone))
            let effect = try #require(statements.firstIndex(of: .writeBalance))
            #expect(last < fence && fence < effect)
        }
    }

    @Test func aCheckpointLocksCharactersByTheirNumber() async throws {
        try await withPlayers(9) { tables, recorder, owners, life in
            let parts = owners.map { Checkpoint.Character($0.key, $0.value.epoch, state("a")) }
            let checkpoint = Checkpoint(life, moment: 1, zone: state(""), characters: parts)
            let outcome = try await checkpoint.steps.perform(tables)
            #expect(outcome == .done([]))
            let locks = recorder.log.filter { $0.statement == .takeOwner }.map(\.values[0])
            #expect(locks == (1...9 as ClosedRange<UInt64>).map { SQLValue($0) })
        }
    }

    /// A refused deal has locked rows, and written nothing else.
    @Test func aRefusedDealWritesNothing() async throws {
        try await withPlayers(2) { tables, recorder, owners, life in
            var late = owners
            late[CharacterID(rawValue: 2)]?.epoch.number += 1
            let deal = Deal(
                DealTests.request(CharacterID(rawValue: 1), 1), parties: late, zone: life,
                effects: [.issue(DealTests.gold, 1, to: .character(CharacterID(rawValue: 1)))])
            guard case .refused(.notOwner) = try await deal.steps.perform(tables) else {
                Issue.record("another owner dealt")
                return
            }
            let allowed: Set<Statement> = [.lockOwner, .fenceZone, .readResult]
            #expect(Set(recorder.log.map(\.statement)).isSubset(of: allowed))
        }
    }
}
