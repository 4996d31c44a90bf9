import LocalPostgres
import ParleyHandoff
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// Programs and tables of several versions. Those above today's are made up.
@Suite(.timeLimit(.minutes(10)))
struct SchemaVersionTests {
    private static let now = Schema.version

    /// A program of a later version: each adds a table, a column with a default, and an index.
    private static func plan(_ version: Int64, oldest: Int64) -> SchemaPlan {
        SchemaPlan(version: version, oldestProgram: oldest) { dialect in
            let integer = dialect == .sqlite ? "INTEGER" : "bigint"
            return dialect.schema + [
                "CREATE TABLE IF NOT EXISTS guild_\(version) (id \(integer) PRIMARY KEY)",
                "ALTER TABLE owner ADD COLUMN honour_\(version) \(integer) NOT NULL DEFAULT 0",
                "CREATE INDEX owner_honour_\(version) ON owner (honour_\(version))",
            ]
        }
    }

    private static let next = plan(now + 1, oldest: now)

    // MARK: The rule

    @Test func theRule() {
        let plan = Self.plan(7, oldest: 6)
        #expect(plan.verdict(on: 7, oldest: 6) == .usable)
        #expect(plan.verdict(on: 7, oldest: nil) == .usable)
        #expect(plan.verdict(on: 6, oldest: 5) == .add)
        #expect(plan.verdict(on: 8, oldest: 7) == .usable)
        #expect(plan.verdict(on: 12, oldest: 3) == .usable)
        #expect(
            plan.verdict(on: 8, oldest: 8)
                == .refused(
                    "the tables have version 8, for programs from version 8 on, and this program has 7"
                ))
        #expect(
            plan.verdict(on: 8, oldest: nil)
                == .refused("the tables have version 8, for programs of it, and this program has 7")
        )
        #expect(
            plan.verdict(on: 5, oldest: 5)
                == .refused(
                    "the tables have version 5, and this program, of version 7, adds to those of "
                        + "version 6 only: let one of that version open them first"))
        #expect(
            plan.verdict(on: 6, oldest: 6, mayChange: false)
                == .refused(
                    "the tables have version 6, and this program, of version 7, was told not to add to them"
                ))
        for version in [Int64.min + 1, -1, 0, .max] {
            if case .refused = plan.verdict(on: version, oldest: .max) { continue }
            Issue.record("version \(version) was not refused")
        }
    }

    // MARK: SQLite

    /// Opens a file as a program of that version does, and closes it.
    private func open(
        _ path: String, _ plan: SchemaPlan, mayChange: Bool = true
    ) async throws {
        let connection = try SQLiteConnection(path: path, mostBytes: nil)
        try connection.execute(.begin)
        for text in SQLDialect.sqlite.schema { try connection.execute(text) }
        try await SQLTables(connection).prepare(plan, dialect: .sqlite, mayChange: mayChange)
        try connection.execute(.commit)
    }

    /// What such a program says when it does not open the file.
    private func refusal(_ path: String, _ plan: SchemaPlan, mayChange: Bool = true) async -> String
    {
        do {
            try await open(path, plan, mayChange: mayChange)
            return ""
        } catch {
            return "\(error)"
        }
    }

    private func number(_ question: String, _ path: String) throws -> Int64? {
        let connection = try SQLiteConnection(path: path, mostBytes: nil)
        var row = try connection.rows(of: question).first
        return try row?.integer()
    }

    /// Forth and back between this program and the next one, with all operations of this one.
    @Test func sqliteRollsForthAndBack() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            var store = try await SQLiteStore(path: path)
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            await store.close()
            #expect(try number("SELECT oldest FROM compatibility", path) == Self.now)
            try await open(path, Self.next)
            #expect(try number("SELECT version FROM realm", path) == Self.now + 1)
            #expect(try number("SELECT oldest FROM compatibility", path) == Self.now)
            store = try await SQLiteStore(path: path)
            #expect(try await store.done(Fence(ann, owner)).owner == owner)
            let (bob, other) = try await store.player("bob", in: north)
            let deal = Deal(
                DealTests.request(bob, 1), parties: [bob: other],
                effects: [.issue(DealTests.gold, 5, to: .character(bob))])
            try await store.done(deal)
            try await store.done(Leave(bob, other, state: state("bob"), mark: 3))
            await store.close()
            // This program has not taken the tables back.
            #expect(try number("SELECT version FROM realm", path) == Self.now + 1)
            #expect(try number("SELECT count(*) FROM owner WHERE honour_4 = 0", path) == 2)
            try await open(path, Self.next)
            #expect(try await SQLiteStore.audit(path: path).problems == [])
        }
    }

    @Test func sqliteRefusesWhatIsTooFarAway() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            await (try SQLiteStore(path: path)).close()
            let far = Self.plan(Self.now + 2, oldest: Self.now + 1)
            #expect(
                await refusal(path, far).contains("adds to those of version \(Self.now + 1) only"))
            #expect(await refusal(path, Self.next, mayChange: false).contains("told not to add"))
            #expect(try number("SELECT version FROM realm", path) == Self.now)
            try await open(path, Self.next)
            try await open(path, far)
            await #expect(throws: StoreOpenError.self) { _ = try await SQLiteStore(path: path) }
            #expect(try number("SELECT version FROM realm", path) == Self.now + 2)
            try await open(path, Self.next)
        }
    }

    /// What fails half-way through leaves the tables as they were.
    @Test func anAdditionThatFailsAddsNothing() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            var store = try await SQLiteStore(path: path)
            let north = try await store.readyZone("north")
            await store.close()
            let broken = SchemaPlan(version: Self.now + 1, oldestProgram: Self.now) { dialect in
                Self.next.additions(dialect) + ["ALTER TABLE nothing ADD COLUMN x INTEGER"]
            }
            #expect(await refusal(path, broken).contains("nothing"))
            #expect(try number("SELECT version FROM realm", path) == Self.now)
            store = try await SQLiteStore(path: path)
            #expect(try await store.done(ListZones()).map(\.life) == [north])
            await store.close()
            try await open(path, Self.next)
        }
    }

    /// Tables of version 2 did not say who may use them.
    @Test func tablesOfVersionTwoAreAddedTo() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            var store = try await SQLiteStore(path: path)
            let north = try await store.readyZone("north")
            await store.close()
            try Self.edit(path, "DROP TABLE compatibility")
            try Self.edit(path, "UPDATE realm SET version = 2")
            store = try await SQLiteStore(path: path)
            #expect(try await store.done(ListZones()).map(\.life) == [north])
            await store.close()
            #expect(try number("SELECT version FROM realm", path) == 3)
            #expect(try number("SELECT oldest FROM compatibility", path) == 3)
        }
    }

    private static func edit(_ path: String, _ text: String) throws {
        try SQLiteConnection(path: path, mostBytes: nil).execute(text)
    }

    // MARK: PostgreSQL

    private func store(
        _ url: String, schema: String, plan: SchemaPlan = .current,
        _ change: @Sendable (inout PostgresStore.Configuration) -> Void = { _ in }
    ) async throws -> PostgresStore {
        var configuration = PostgresStore.Configuration()
        configuration.schema = schema
        configuration.connections = 2
        configuration.connectLimit = .seconds(120)
        configuration.waitLimit = .seconds(120)
        configuration.transactionLimit = .seconds(120)
        change(&configuration)
        return try await PostgresStore(url, configuration: configuration, plan: plan)
    }

    private func refusal(_ body: () async throws -> PostgresStore) async -> String {
        do {
            await (try await body()).close()
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// World servers of two versions share one database, and then one after the other is replaced.
    @Test(.needsPostgres) func postgresHasTwoVersionsSideBySide() async throws {
        try await TestPostgres.withStore { old, server in
            let schema = await old.schemaName
            let url = server.url()
            let north = try await old.readyZone("north")
            let (ann, owner) = try await old.player("ann", in: north)
            let told = await refusal {
                try await store(url, schema: schema, plan: Self.next) { $0.addsToTables = false }
            }
            #expect(told.contains("was told not to add to them"))
            // Two of the new version at once.
            async let first = store(url, schema: schema, plan: Self.next)
            async let second = store(url, schema: schema, plan: Self.next)
            let (new, other) = (try await first, try await second)
            // The one that was there goes on, and another one of its version may come.
            #expect(try await new.done(Fence(ann, owner)).owner == owner)
            let again = try await store(url, schema: schema)
            var newest = owner
            for (number, store) in [old, new, again, other, old].enumerated() {
                newest = try await store.done(Stay(ann, newest, mark: UInt64(number)))
                try await store.done(Beat(north, number: UInt64(number + 1), load: 1))
            }
            // Then the old ones are not let in any more.
            let last = try await store(
                url, schema: schema, plan: Self.plan(Self.now + 2, oldest: Self.now + 1))
            let words = await refusal { try await store(url, schema: schema) }
            #expect(words.contains("for programs from version \(Self.now + 1) on"), "\(words)")
            #expect(try await new.done(Fence(ann, newest)).owner == newest)
            #expect(await last.audit().value?.problems == [])
            for store in [new, other, again, last] { await store.close() }
        }
    }

    @Test(.needsPostgres) func postgresTablesOfVersionTwoAreAddedTo() async throws {
        try await TestPostgres.withStore { made, server in
            let schema = await made.schemaName
            let north = try await made.readyZone("north")
            try await server.run(
                "DROP TABLE \(schema).compatibility; UPDATE \(schema).realm SET version = 2")
            let opened = try await store(server.url(), schema: schema)
            #expect(try await opened.done(ListZones()).map(\.life) == [north])
            #expect(try await server.run("SELECT oldest FROM \(schema).compatibility") == "3")
            #expect(try await server.run("SELECT version FROM \(schema).realm") == "3")
            await opened.close()
        }
    }

    /// Programs of the version before play on: what is added waits for none of their transactions.
    @Test(.needsPostgres) func tablesAreAddedToWhileTheyAreWritten() async throws {
        try await TestPostgres.withStore { made, server in
            let schema = await made.schemaName
            let north = try await made.readyZone("north")
            let (ann, owner) = try await made.player("ann", in: north)
            try await server.run(
                "DROP TABLE \(schema).compatibility; UPDATE \(schema).realm SET version = 2")
            let holder = try await LockHolder(
                "UPDATE owner SET touched = touched; UPDATE item SET kind = kind; "
                    + "UPDATE operation SET date = date; UPDATE outbox SET note = note",
                in: schema, of: server)
            let opened = try await store(server.url(), schema: schema)
            try await holder.end()
            #expect(try await server.run("SELECT version FROM \(schema).realm") == "3")
            #expect(try await opened.done(Fence(ann, owner)).owner == owner)
            await opened.close()
        }
    }

    /// Another realm's tables are not added to, whatever their version is.
    @Test(.needsPostgres) func anotherRealmsTablesAreNotAddedTo() async throws {
        try await TestPostgres.withStore({ $0.realm = "ice" }) { ice, server in
            let schema = await ice.schemaName
            let words = await refusal {
                try await store(server.url(), schema: schema, plan: Self.next) { $0.realm = "fire" }
            }
            #expect(words.contains("another realm"), "\(words)")
            let version = try await server.run("SELECT version FROM \(schema).realm")
            #expect(version == "\(Self.now)")
        }
    }
}
