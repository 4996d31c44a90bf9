import LocalPostgres
import ParleyHandoff
import ParleySockets
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// A store in a real PostgreSQL, when nothing goes wrong. The suite of all stores runs on it too.
@Suite(.needsPostgres, .timeLimit(.minutes(10)))
struct PostgresStoreTests {
    @Test func whatTheServerIsIsSaid() async throws {
        try await TestPostgres.withStore { store, _ in
            let findings = store.findings
            #expect(findings.fsync == "on" && findings.fullPageWrites == "on")
            #expect(findings.synchronousCommit == "on" && findings.synchronousStandbyNames == "")
            #expect(!findings.version.isEmpty && findings.libraryVersion >= 140_000)
            #expect(
                findings.warnings == [
                    "synchronous_standby_names is empty: a fail-over may lose what was acknowledged"
                ])
            #expect("\(findings)".hasPrefix("PostgreSQL \(findings.version), not encrypted\n"))
        }
    }

    /// PostgreSQL prepares every statement on the tables of the schema.
    @Test func postgresTakesEveryStatement() async throws {
        try await TestPostgres.withStore { store, server in
            let schema = await store.schemaName
            for statement in Statement.allCases
            where statement.text.contains(" FROM ")
                || statement.text.hasPrefix("UPDATE") || statement.text.hasPrefix("INSERT")
            {
                let text = SQLDialect.postgres.text(of: statement)
                await #expect(throws: Never.self, "\(statement)") {
                    try await server.run("SET search_path = \(schema); PREPARE p AS \(text)")
                }
            }
        }
    }

    @Test func manyCallersShareTheConnections() async throws {
        try await TestPostgres.withStore { store, _ in
            let north = try await store.readyZone("north")
            await store.expectPlayersAtOnce(200)
            try await store.done(Beat(north, number: 1, load: 200))
            #expect(await store.audit().value?.problems == [])
        }
    }

    @Test func anOverloadedStoreSaysSo() async throws {
        try await TestPostgres.withStore({ $0.mostWaiting = 0 }) { store, _ in
            let refusal = try await store.refused(ListZones())
            #expect(refusal == .overloaded(waiting: 0))
        }
    }

    @Test func aLargeCheckpointIsWritten() async throws {
        try await TestPostgres.withStore { store, server in
            let north = try await store.readyZone("north")
            let schema = await store.schemaName
            try await server.run(
                """
                INSERT INTO \(schema).owner SELECT n, 'north', \(north.incarnation.rawValue), 1, 1, 1, 0, 0, 0, 0, 0, 0
                FROM generate_series(1, 5000) AS n
                """)
            let parts = (1...5_000 as ClosedRange<UInt64>).map {
                Checkpoint.Character(
                    CharacterID(rawValue: $0), Epoch(generation: 1, number: $0 == 7 ? 2 : 1),
                    StoredState(version: 1, bytes: Array(repeating: UInt8($0 & 0xFF), count: 2_000))
                )
            }
            let checkpoint = Checkpoint(north, moment: 1, zone: state("zone"), characters: parts)
            #expect(try await store.done(checkpoint) == [CharacterID(rawValue: 7)])
            #expect(try await server.run("SELECT count(*) FROM \(schema).checkpoint") == "4999")
        }
    }

    @Test func aClosedStoreSaysSo() async throws {
        try await TestPostgres.withStore { store, _ in
            try await store.done(ListZones())
            await store.close()
            guard case .unavailable(let reason) = try await store.refused(ListZones()) else {
                Issue.record("a closed store was not unavailable")
                return
            }
            #expect(reason == "the store is closed")
        }
    }

    /// Numbers, texts and bytes come back as they were.
    @Test func valuesKeepTheirBits() async throws {
        try await TestPostgres.withStore { store, _ in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let holder = Holder.character(ann)
            let item = ItemID(rawValue: .max - 1)
            let note: [UInt8] = [0, 39, 92, 255, 0]
            let deal = Deal(
                .request(character: ann, login: firstLogin, request: .max, index: 0),
                parties: [ann: owner],
                effects: [
                    .mint(item, kind: .max, to: holder), .issue(DealTests.gold, .max, to: holder),
                ],
                note: note, date: .min)
            #expect(try await store.done(deal) == .applied)
            let possessions = try await store.done(ReadPossessions(of: holder))
            #expect(possessions.items == [Item(id: item, kind: .max, holder: holder)])
            #expect(possessions.amount(of: DealTests.gold) == .max)
            let events = try await store.done(PullOutbox(ann, owner, beyond: 0))
            #expect(events.map(\.note) == [note])
        }
    }
}
