import Foundation
import ParleyHandoff
import ParleySockets
import ParleyStore
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// Two world servers of one process that share its SQLite store, over real sockets.
@Suite(.timeLimit(.minutes(3))) struct SharedStoreTests {
    /// One of them is gone; players cross and log in by the other one.
    @Test func oneOfTwoWorldServersIsEnough() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/worlds-\(UUID().uuidString).db"
        defer {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
        }
        let realm = try await Self.realm()
        let (keys, network) = (RealmKeys(), SystemNetwork())
        let store = try await SQLiteStore(path: path)
        let worlds = realm.worlds.indices.map { number in
            WorldServer(
                realm, number: number, store: store, logins: .names, keys: keys,
                host: "127.0.0.1")
        }
        let zones = try realm.map.names.map { name in
            try ZoneServer(
                name, of: realm, keys: keys,
                configuration: GameServerConfiguration(host: "127.0.0.1")
            ) { Commons($0) }
        }
        let end = Promise<Void>()
        let (ann, bob) = (
            RealmClient<Meadow>(at: realm.worldAddresses, as: .name("ann")),
            RealmClient<Meadow>(at: realm.worldAddresses, as: .name("bob"))
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.run(worlds[0], until: end) }
            group.addTask { try await worlds[1].run() }
            for zone in zones { group.addTask { try await zone.run() } }
            for world in worlds { _ = try await world.ready() }
            group.addTask { try await ann.run() }
            try await Self.wait(for: ann, in: "west", network)
            end.fulfil(())
            ann.command = Meadow.Command(x: 127, y: 0)
            group.addTask { try await bob.run() }
            try await Self.wait(for: bob, in: "west", network)
            try await Self.wait(for: ann, in: "east", network)
            let statistics = await worlds[1].statistics
            #expect(statistics.logins == 1 && statistics.clients == 2)
            group.cancelAll()
        }
        // Her session goes on at the other server without another login.
        #expect(ann.statistics.logins == 1)
        await store.close()
    }

    /// Runs a world server until it is to end.
    private static func run(_ world: WorldServer, until end: Promise<Void>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.run() }
            group.addTask { try await end.value() }
            try await group.next()
            group.cancelAll()
        }
    }

    private static func wait(
        for client: RealmClient<Meadow>, in zone: String, _ network: SystemNetwork
    ) async throws {
        while client.frame()?.zone.text != zone || client.frame()?.me == nil {
            try await network.clock.sleep(for: .milliseconds(10))
        }
    }

    /// Two zones and two world servers on this machine, at ports that are free just now.
    private static func realm() async throws -> RealmConfiguration {
        var realm = RealmConfiguration(
            game: Meadow.name,
            map: try ZoneMap([
                MapZone("west", .box([0, 0], [100, 200])),
                MapZone("east", .box([100, 0], [200, 200])),
            ]))
        let first = try await freePorts(6)
        realm.worlds = [0, 2].map { offset in
            ServerPlace(
                host: "127.0.0.1", serverPort: first + offset, playerPort: first + offset + 1)
        }
        for (number, name) in realm.map.names.enumerated() {
            realm.zones[name.text] = ServerPlace(
                host: "127.0.0.1", serverPort: first + 4 + UInt16(number))
        }
        return realm
    }

    /// The first of so many ports in a row, below those that the system gives away.
    private static func freePorts(_ count: UInt16) async throws -> UInt16 {
        while true {
            let first = UInt16.random(in: 20_000..<30_000)
            let manager = ConnectionManager()
            var isFree = true
            for offset in 0..<count where isFree {
                let listener = try? await manager.listen(host: "127.0.0.1", port: first + offset)
                isFree = listener != nil
            }
            await manager.shutdown(within: .seconds(1))
            if isFree { return first }
        }
    }
}
