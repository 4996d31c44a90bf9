import LocalPostgres
import ParleyHandoff
import ParleyMetrics
import ParleySockets
import ParleyZones
import TestNetworks
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// What the page of a world server says of its PostgreSQL.
@Suite(.needsPostgres, .timeLimit(.minutes(10)))
struct PostgresMetricsTests {
    private static let server = ["server": "world:0"]

    private func world(over store: PostgresStore) throws -> WorldServer {
        let map = try ZoneMap([MapZone("north", .box([0, 0], [1, 1]))])
        var realm = RealmConfiguration(game: "metrics", map: map)
        realm.worlds = [ServerPlace(host: "127.0.0.1", serverPort: 1)]
        return WorldServer(realm, store: store, logins: .names, keys: RealmKeys())
    }

    private func connections(_ page: PrometheusText, _ state: String) -> Double? {
        page["parley_store_connections", ["server": "world:0", "state": state]]
    }

    @Test func transactionsAndConnectionsAreSeen() async throws {
        try await TestPostgres.withStore { store, server in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let before = await store.statistics
            #expect(before.calls > 3 && before.waiting == 0 && before.unknown == 0)
            #expect(before.batches.count == before.calls + before.retries)
            #expect(before.batches.sum > .zero)
            // A call that waits for another session has its connection.
            let schema = await store.schemaName
            let holder = try await LockHolder(
                "UPDATE owner SET touched = 0", in: schema, of: server)
            async let outcome = store.perform(Stay(ann, owner, mark: 3))
            try await server.waits(1, of: schema)
            let world = try world(over: store)
            let during = try PrometheusText(await world.metrics.text)
            #expect(connections(during, "busy") == 1)
            #expect(during["parley_store_queue", Self.server] == 1)
            try await holder.end()
            #expect(await outcome == .done(owner.next))
            let after = try PrometheusText(await world.metrics.text)
            #expect(connections(after, "busy") == 0)
            #expect(try #require(connections(after, "idle")) >= 2)
            let calls = try #require(after["parley_store_calls_total", Self.server])
            #expect(try #require(after["parley_store_batch_seconds_count", Self.server]) >= calls)
            #expect(calls > Double(before.calls))
            #expect(after["parley_store_retries_total", Self.server] == 0)
            #expect(after["parley_store_unknown_total", Self.server] == 0)
            #expect(after["parley_store_connections_lost_total", Self.server] == 0)
            #expect(after.kinds["parley_store_batch_seconds"] == "histogram")
        }
    }

    @Test func connectionsThatAreLostAndMadeAgainAreCounted() async throws {
        try await TestPostgres.withStore { store, server in
            _ = try await store.readyZone("north")
            let schema = await store.schemaName
            let before = try #require(await store.statistics.connections)
            #expect(before.made == UInt64(before.idle) && before.busy == 0 && before.lost == 0)
            try await server.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE application_name = '\(schema)'
                """)
            while await store.statistics.connections?.idle != 0 { await Task.yield() }
            try await store.done(ListZones())
            let page = try PrometheusText(await world(over: store).metrics.text)
            #expect(
                page["parley_store_connections_lost_total", Self.server] == Double(before.made))
            #expect(
                page["parley_store_connections_made_total", Self.server]
                    == Double(before.made + 1))
            await store.close()
            let closed = try #require(await store.statistics.connections)
            #expect(closed.lost == before.made && closed.idle == 0 && closed.busy == 0)
        }
    }

    @Test func aFullQueueIsCounted() async throws {
        try await TestPostgres.withStore({ $0.mostWaiting = 1 }) { store, server in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let schema = await store.schemaName
            let holder = try await LockHolder(
                "UPDATE owner SET touched = 0", in: schema, of: server)
            async let outcome = store.perform(Stay(ann, owner, mark: 3))
            try await server.waits(1, of: schema)
            #expect(try await store.refused(ListZones()) == .overloaded(waiting: 1))
            try await holder.end()
            #expect(await outcome == .done(owner.next))
            let page = try PrometheusText(await world(over: store).metrics.text)
            #expect(page["parley_store_overloads_total", Self.server] == 1)
        }
    }

    @Test(.needs("promtool", package: "prometheus")) func promtoolTakesThePage() async throws {
        try await TestPostgres.withStore { store, _ in
            let text = try await world(over: store).metrics.text
            #expect(try PromTool.complaints(about: text) == "")
        }
    }
}
