import LocalPostgres
import ParleyHandoff
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// A PostgreSQL that is gone, slow, full, read-only, or loses its answers.
@Suite(.needsPostgres, .serialized, .timeLimit(.minutes(10)))
struct PostgresFaultTests {
    /// Asks until the store is there again.
    private func insist<Operation: StoreOperation>(_ operation: Operation, _ store: PostgresStore)
        async -> Operation.Done
    {
        while true {
            if case .done(let value) = await store.perform(operation) { return value }
        }
    }

    @Test func aServerThatIsGoneIsFoundAgain() async throws {
        try await TestPostgres.withServer { server in
            try await TestPostgres.withStore(on: server, { $0.waitLimit = .seconds(2) }) {
                store, _ in
                let north = try await store.readyZone("north")
                try await server.crash()
                guard case .unavailable(let words) = try await store.refused(ListZones()) else {
                    Issue.record("a server that is gone was not unavailable")
                    return
                }
                #expect(words.hasPrefix("no connection to PostgreSQL at 127.0.0.1:"), "\(words)")
                try await server.launch()
                #expect(await insist(ListZones(), store).map(\.life) == [north])
                #expect(await insist(Beat(north, number: 1, load: 1), store).beat == 1)
            }
        }
    }

    /// The whole server stands still. A call is refused, or unknown, and later ones go through.
    @Test func aServerThatStandsStillIsLeft() async throws {
        try await TestPostgres.withServer { server in
            try await TestPostgres.withStore(on: server) { patient, _ in
                let north = try await patient.readyZone("north")
                let (ann, owner) = try await patient.player("ann", in: north)
                let store = try await hasty(on: server, schema: await patient.schemaName)
                #expect(await insist(Fence(ann, owner), store).owner == owner)
                await server.pause()
                guard case .unavailable = try await store.refused(Fence(ann, owner)) else {
                    Issue.record("a server that stands still was not unavailable")
                    return
                }
                // Now there is no connection, and none is to be had.
                guard case .unavailable = try await store.refused(Fence(ann, owner)) else { return }
                await server.resume()
                #expect(await insist(Fence(ann, owner), store).owner == owner)
                await store.close()
            }
        }
    }

    /// A store that waits for nothing for long. A machine may be too slow for its first attempts.
    private func hasty(on server: PostgresServer, schema: String) async throws -> PostgresStore {
        var configuration = PostgresStore.Configuration()
        configuration.schema = schema
        configuration.transactionLimit = .milliseconds(300)
        configuration.connectLimit = .milliseconds(300)
        configuration.waitLimit = .milliseconds(600)
        while true {
            do throws(PostgresOpenError) {
                return try await PostgresStore(server.url(), configuration: configuration)
            } catch {
                guard case .unreachable = error.reason else { throw error }
            }
        }
    }

    /// The relay swallows the answer of a commit that took place.
    @Test func anAnswerThatIsLostAfterItsEffectIsUnknown() async throws {
        let server = try await TestPostgres.server()
        let relay = try TestRelay(to: server.port)
        defer { relay.end() }
        let url = server.url().replacing(":\(server.port)", with: ":\(relay.port)")
        try await TestPostgres.withStore(url: url) {
            store, _ in
            let schema = await store.schemaName
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            // The commit is with the server, behind a write that waits.
            let holder = try await LockHolder(sealOf: ann, in: schema, of: server)
            let commit = CommitHandoff(
                HandoffID(character: ann, epoch: owner.epoch.next, mark: 1), from: owner, to: south,
                login: firstLogin, seal: state("sealed"))
            async let outcome = store.perform(commit)
            try await server.waits(1, of: schema)
            relay.swallowAnswers(true)
            try await holder.end()
            let row = "SELECT number FROM \(schema).owner WHERE character = \(ann.rawValue)"
            while try await server.run(row) != "2" { await Task.yield() }
            relay.swallowAnswers(false)
            relay.cut()
            #expect(await outcome == .unknown(.noAnswer))
            #expect(await insist(commit, store) == Owner(south, owner.epoch.next))
            #expect(try await store.done(Fence(ann, Owner(south, owner.epoch.next))).mark == 1)
        }
    }

    /// A connection that breaks before the commit is sent has done nothing: the call goes on with another one.
    @Test func aConnectionThatBreaksBeforeTheCommitIsReplaced() async throws {
        try await TestPostgres.withStore { store, server in
            let schema = await store.schemaName
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let holder = try await LockHolder(
                "UPDATE owner SET touched = 0", in: schema, of: server)
            async let outcome = store.perform(Stay(ann, owner, mark: 3))
            try await server.waits(1, of: schema)
            try await server.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE application_name = '\(schema)'
                """)
            try await server.waits(1, of: schema)
            try await holder.end()
            #expect(await outcome == .done(owner.next))
            let row = try await store.done(Fence(ann, owner.next))
            #expect(row.epoch.number == 2)
        }
    }

    @Test func aServerThatTakesNoWritesIsSaidToBeOne() async throws {
        try await TestPostgres.withServer { server in
            try await TestPostgres.withStore(on: server, { $0.waitLimit = .seconds(2) }) {
                store, _ in
                let north = try await store.readyZone("north")
                func take(writes: Bool) async throws {
                    try await server.run(
                        """
                        SET default_transaction_read_only = off;
                        ALTER SYSTEM SET default_transaction_read_only = \(writes ? "off" : "on");
                        SELECT pg_reload_conf()
                        """)
                }
                try await take(writes: false)
                // Until the server's sessions have heard of it.
                var outcome = await store.perform(SetZonePhase(north, to: .ready))
                while outcome.value != nil {
                    outcome = await store.perform(SetZonePhase(north, to: .ready))
                }
                guard case .refused(.unavailable(let words)) = outcome else {
                    Issue.record("\(outcome)")
                    return
                }
                #expect(words.contains("takes no writes"), "\(words)")
                try await take(writes: true)
                #expect(await insist(SetZonePhase(north, to: .draining), store).phase == .draining)
            }
        }
    }

    @Test func aStandbyIsNotOpened() async throws {
        try await TestPostgres.withServer { server in
            let standby = try await server.makeStandby(isSynchronous: false)
            await #expect(
                throws: PostgresOpenError("127.0.0.1:\(standby.port)/postgres", .readOnly)
            ) {
                try await PostgresStore(standby.url())
            }
            await standby.end()
        }
    }

    /// The role has two connections: one for heartbeats, and one that all calls share.
    @Test func tooFewConnectionsAreEnough() async throws {
        let server = try await TestPostgres.server()
        try await server.run(
            """
            CREATE ROLE small LOGIN PASSWORD 'small' CONNECTION LIMIT 2; \
            GRANT CREATE ON DATABASE postgres TO small
            """)
        let url = "postgres://small:small@127.0.0.1:\(server.port)/postgres"
        try await TestPostgres.withStore(url: url) { store, _ in
            let north = try await store.readyZone("north")
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        guard let name = AccountName("player-\(number)") else { return false }
                        return await store.perform(CreateAccount(name: name, password: nil)).value
                            != nil
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.allSatisfy { $0 })
            try await store.done(Beat(north, number: 1, load: 40))
        }
    }

    /// The server's default would refuse what two sessions do at once.
    @Test func theServersIsolationIsNotUsed() async throws {
        let server = try await TestPostgres.server()
        try await server.run("CREATE DATABASE strict")
        try await server.run(
            "ALTER DATABASE strict SET default_transaction_isolation = 'serializable'")
        try await TestPostgres.withStore(url: server.url("strict")) { store, _ in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            await withDiscardingTaskGroup { group in
                for _ in 0..<40 {
                    group.addTask {
                        #expect(await store.perform(Fence(ann, owner)).value?.owner == owner)
                    }
                }
            }
            #expect(await store.statistics.retries == 0)
        }
    }

    /// A trigger lets the first ten writes of a row fail as if others were in the way.
    @Test func aTransactionThatOthersAreInTheWayOfIsMadeAgain() async throws {
        try await TestPostgres.withStore { store, server in
            let schema = await store.schemaName
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            try await server.run(
                """
                SET search_path = \(schema); CREATE SEQUENCE tries; CREATE TABLE limits (most bigint);
                INSERT INTO limits VALUES (10);
                CREATE FUNCTION \(schema).stand() RETURNS trigger AS $$ BEGIN
                    IF nextval('\(schema).tries') <= (SELECT most FROM \(schema).limits) THEN
                        RAISE EXCEPTION 'in the way' USING ERRCODE = '40001';
                    END IF;
                    RETURN NEW;
                END $$ LANGUAGE plpgsql;
                CREATE TRIGGER stand BEFORE UPDATE ON owner FOR EACH ROW EXECUTE FUNCTION stand()
                """)
            let stay = Stay(ann, owner, mark: 2)
            #expect(try await store.done(stay) == owner.next)
            #expect(await store.statistics.retries == 10)
            try await server.run("UPDATE \(schema).limits SET most = 1000000")
            let refusal = try await store.refused(stay)
            #expect(refusal == .unavailable("other transactions were in the way"))
            #expect(await store.statistics.retries == 26)
        }
    }
}
