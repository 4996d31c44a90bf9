import Foundation
import ParleyHandoff
import ParleySessions
import ParleySockets
import ParleyStore
import ParleyZones
import Testing

/// More characters than a call of the store takes, in a real store.
@Suite struct ManyCharactersTests {
    private static let count = 10_000

    /// They are in a zone that is killed. The world server takes all of them out of it.
    @Test(.timeLimit(.minutes(10))) func tenThousandAreInAZoneThatDies() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/many-\(UUID()).db"
        defer {
            for end in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + end)
            }
        }
        let store = try await SQLiteStore(path: path)
        let process = try await fill(store)
        let port = try await freePort()
        var realm = RealmConfiguration(
            game: "many", map: try ZoneMap([MapZone("west", .box([0, 0], [100, 100]))]))
        realm.worlds = [ServerPlace(host: "127.0.0.1", serverPort: port)]
        realm.zones = ["west": ServerPlace(host: "127.0.0.1", serverPort: port)]
        let world = WorldServer(
            realm, store: store, logins: .names, keys: RealmKeys(), host: "127.0.0.1",
            security: .none)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.run() }
            _ = try await world.ready()
            #expect(try await orphans(store) == 0, "the zone still lives")
            await world.declareDead(process)
            // The world server ends the process's row first; only then are its characters orphans.
            while try await !isGone(process, store) { try await Task.sleep(for: .milliseconds(10)) }
            while try await orphans(store) > 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
            group.cancelAll()
        }
        await store.close()
        let audit = try await SQLiteStore.audit(path: path)
        #expect(audit.problems == [])
        #expect(audit.epochs.count == Self.count)
    }

    /// Puts all characters into a zone's process.
    private func fill(_ store: SQLiteStore) async throws -> ZoneProcess {
        let zone = try #require(ZoneName("west"))
        let process = try #require(
            await store.perform(
                RegisterZone(zone: zone, address: "", capacity: 10_000, isReady: true, mark: 1)
            ).value)
        let accounts = AccountService(store: store, logins: .names)
        for first in stride(from: 0, to: Self.count, by: 100) {
            try await withThrowingDiscardingTaskGroup { group in
                for number in first..<first + 100 {
                    group.addTask {
                        let name = try #require(AccountName("sleeper-\(number)"))
                        let record = try #require(await accounts.logIn(name, at: 0).value).record
                        let entry = await store.perform(
                            Enter(
                                record.character, login: record.login, into: process,
                                mark: UInt64(number)))
                        _ = try #require(entry.value)
                    }
                }
            }
        }
        return process
    }

    /// How many characters no living zone has.
    private func orphans(_ store: SQLiteStore) async throws -> Int {
        try #require(await store.perform(Sweep(limit: Self.count)).value).count
    }

    private func isGone(_ process: ZoneProcess, _ store: SQLiteStore) async throws -> Bool {
        let zones = try #require(await store.perform(ListZones()).value)
        return !zones.contains { $0.life == process && $0.isAlive }
    }

    private func freePort() async throws -> UInt16 {
        let manager = ConnectionManager()
        let listener = try await manager.listen(host: "127.0.0.1", port: 0)
        let port = listener.localAddress.port
        await manager.shutdown(within: .seconds(1))
        return port
    }
}
