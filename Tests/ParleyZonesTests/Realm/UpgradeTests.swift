import ParleyHandoff
import ParleySimulation
import ParleyStore
import ParleyWorld
import Synchronization
import TestGames
import Testing

@testable import ParleyZones

/// Zones of two versions of a game, side by side.
@Suite struct UpgradeTests {
    /// A zone's process of some version.
    struct Running: Sendable {
        var drain: @Sendable () -> Void
        var statistics: @Sendable () -> ZoneStatistics
        var life: @Sendable (CharacterID) async -> HamletLife
        var isReady: @Sendable () -> Bool
    }

    /// The zones' processes: each of the version that is wanted when it begins.
    final class Roll: Sendable {
        let wanted = Mutex<[String: Int]>([:])
        let newest = Mutex<[String: Running]>([:])
        let all = Mutex<[Running]>([])

        /// Runs a zone, and again in the version that is wanted then, whenever it has drained.
        func run(_ name: ZoneName, in realm: TestRealm) async throws {
            while true {
                switch wanted.withLock({ $0[name.text] }) {
                case 2: try await run(SecondState.self, name, in: realm)
                case 0: try await run(OldState.self, name, in: realm)
                default: try await run(FirstState.self, name, in: realm)
                }
            }
        }

        private func run<State: HamletState>(
            _ state: State.Type, _ name: ZoneName, in realm: TestRealm
        ) async throws {
            let server = try ZoneServer(
                name, of: realm.configuration, keys: realm.keys, links: .plain,
                network: realm.simulation.host(name.text)
            ) { Hamlet<State>($0) }
            let running = Running(
                drain: { server.drain() }, statistics: { server.statistics },
                life: { await server.world.life(of: $0) },
                isReady: { server.process != nil && !server.isFrozen })
            newest.withLock { $0[name.text] = running }
            all.withLock { $0.append(running) }
            try await server.run()
        }

        /// Replaces a zone's process by one of a version, which begins when all have gone.
        func replace(_ name: String, by version: Int, in realm: TestRealm) async throws {
            let count = all.withLock { $0.count }
            wanted.withLock { $0[name] = version }
            newest.withLock { $0[name] }?.drain()
            try await realm.wait { [self] in
                all.withLock { $0.count } > count
                    && newest.withLock { $0[name] }?.isReady() == true
            }
            try await realm.wait { await realm.world?.directory.readyZones.contains(name) == true }
        }
    }

    private static func roll<Result: Sendable>(
        seed: UInt64, wanted: [String: Int] = [:],
        _ body: @escaping @Sendable (TestRealm, Roll) async throws -> Result
    ) throws -> Result {
        try TestRealm.run(seed: seed, zones: []) { realm in
            let roll = Roll()
            roll.wanted.withLock { $0 = wanted }
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                for name in realm.configuration.map.names {
                    group.addTask {
                        try await roll.run(name, in: realm)
                        return nil
                    }
                }
                group.addTask { try await body(realm, roll) }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                throw CancellationError()
            }
        }
    }

    /// The zones go from the first version to the second and back, one after another, while players walk to and fro and ask
    /// for things. Nobody leaves, and nothing that was asked is lost or done twice.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aRealmRollsForwardAndBackUnderPlay(seed: UInt64) throws {
        let names = ["ann", "bob", "cleo", "dan"]
        let (asked, heard, departures, failures, writers) = try Self.roll(seed: seed) {
            realm, roll in
            let clients = names.map { realm.client($0) }
            return try await withThrowingTaskGroup(of: Void.self) { group in
                for client in clients { group.addTask { try await client.run() } }
                for client in clients { try await realm.wait(for: client, in: "west") }
                var asked: UInt32 = 0
                var writers: [Set<UInt16>] = []
                for (zone, version) in [("west", 2), ("east", 2), ("west", 1), ("east", 1)] {
                    for client in clients { try client.request(.sitDown) }
                    asked += 1
                    try await roll.replace(zone, by: version, in: realm)
                    for client in clients {
                        try await realm.wait { client.frame()?.me != nil }
                    }
                    writers.append(try await Self.writers(realm))
                }
                try await realm.simulation.clock.sleep(for: .seconds(3))
                var heard: [UInt32] = []
                for client in clients {
                    let zone = try #require(client.frame()?.zone.text)
                    let running = try #require(roll.newest.withLock { $0[zone] })
                    let character = try #require(client.character)
                    heard.append(await running.life(character).requests)
                }
                writers.append(try await Self.writers(realm))
                let counts = roll.all.withLock { $0.map { $0.statistics() } }
                group.cancelAll()
                return (
                    asked, heard, counts.map(\.departures).reduce(0, +),
                    counts.map(\.failedArrivals).reduce(0, +), writers
                )
            }
        }
        #expect(heard == names.map { _ in asked })
        #expect(departures == 0 && failures == 0)
        #expect(writers.contains { $0.contains(2) } && writers.last == [1])
    }

    /// The versions of the states in the store.
    private static func writers(_ realm: TestRealm) async throws -> Set<UInt16> {
        var versions: Set<UInt16> = []
        for row in await realm.store.records {
            let report = await realm.store.perform(
                Quote(Locate(row.character), of: row.character, readsState: true))
            if let stored = report.value?.state {
                versions.insert(try SealedPlayer(stored).stateVersion)
            }
        }
        return versions
    }

    /// A zone that does not read what its neighbour writes is a wall, and nobody comes into quarantine.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aZoneThatDoesNotReadAStateIsAWall(seed: UInt64) throws {
        let (zone, west, east) = try Self.roll(seed: seed, wanted: ["west": 2, "east": 0]) {
            realm, roll in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait { (ann.frame()?.me?.position.x ?? 0) > 110 }
                let west = try #require(roll.newest.withLock { $0["west"] }).statistics()
                let east = try #require(roll.newest.withLock { $0["east"] }).statistics()
                return (ann.frame()?.zone.text, west, east)
            }
        }
        #expect(zone == "west" && west.walls > 0 && west.crossingsOut == 0)
        #expect(west.departures == 0 && east.crossingsIn == 0 && east.failedArrivals == 0)
    }

    /// A state that the first version has stored when its player left, read by the second.
    @Test func storedBytesOfAnOlderVersionAreRead() throws {
        let life = try Self.roll(seed: 1) { realm, roll in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                try ann.request(.sitDown)
                try await realm.simulation.clock.sleep(for: .seconds(2))
            }
            // Its body stays for a while, and leaves the realm then.
            try await realm.wait { await realm.store.records.first?.place == nil }
            for zone in ["west", "east"] { try await roll.replace(zone, by: 2, in: realm) }
            return try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let running = try #require(roll.newest.withLock { $0["west"] })
                return await running.life(try #require(ann.character))
            }
        }
        #expect(life.writer == 1 && life.requests == 1 && life.visits == 1)
    }
}

extension WorldDirectory {
    /// The names of the zones that take players.
    fileprivate var readyZones: Set<String> {
        Set(zones.filter { $0.state == .ready }.map(\.process.zone.text))
    }
}
