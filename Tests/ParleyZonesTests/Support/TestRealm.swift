import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import ParleyZones
import Synchronization
import TestGames

/// A realm of two zones in a simulation: west and east of the meadow, a world server, and a store in memory.
final class TestRealm: Sendable {
    let simulation: Simulation
    let configuration: RealmConfiguration
    let keys = RealmKeys()
    let store: ModelStore
    /// The same store, as the world server asks it.
    let deals: DealFaults
    /// What the servers say.
    let log: any ServerLog
    private let servers = Mutex<[String: ZoneServer<Commons>]>([:])
    private let newestWorld = Mutex<WorldServer?>(nil)

    static let playerPort: UInt16 = 9_000

    init(_ simulation: Simulation, log: any ServerLog = NoLog()) throws {
        self.simulation = simulation
        self.log = log
        let map = try ZoneMap([
            MapZone("west", .box([0, 0], [100, 200])),
            MapZone("east", .box([100, 0], [200, 200])),
        ])
        var configuration = RealmConfiguration(game: Meadow.name, map: map)
        configuration.worlds = [
            ServerPlace(host: "world", serverPort: 9_100, playerPort: Self.playerPort)
        ]
        for name in map.names {
            configuration.zones[name.text] = ServerPlace(
                host: name.text, serverPort: 9_101, playerPort: 9_001)
        }
        self.configuration = configuration
        store = ModelStore(seed: simulation.seed, clock: simulation.clock)
        deals = DealFaults(store, clock: simulation.clock)
    }

    /// The newest server of a zone; nil before its first.
    func zone(_ name: String) -> ZoneServer<Commons>? { servers.withLock { $0[name] } }

    /// The newest world server; nil before the first.
    var world: WorldServer? { newestWorld.withLock { $0 } }

    /// Runs the world server on its host, and again after each crash.
    func runWorld() async throws {
        try await simulation.host("world").keepRunning {
            let server = WorldServer(
                self.configuration, store: self.deals, logins: .names, keys: self.keys,
                links: .plain, log: self.log,
                network: self.simulation.host("world"))
            self.newestWorld.withLock { $0 = server }
            try await server.run()
        }
    }

    /// Runs a zone on its host, and again after each crash, or when the realm has given it up.
    func runZone(_ name: ZoneName) async throws {
        try await simulation.host(name.text).keepRunning {
            while true {
                let server = try ZoneServer(
                    name, of: self.configuration, keys: self.keys, links: .plain, log: self.log,
                    network: self.simulation.host(name.text)
                ) { Commons($0) }
                self.servers.withLock { $0[name.text] = server }
                do {
                    try await server.run()
                    return
                } catch ZoneServerError.retired {
                    continue
                }
            }
        }
    }

    /// A client on a host of its own.
    ///
    /// - Parameter host: The host's name, if it is not the player's.
    func client(_ name: String, on host: String? = nil) -> RealmClient<Meadow> {
        client(as: .name(name), on: host ?? name)
    }

    /// A client with a login of its own.
    func client(as login: RealmLogin, on host: String = "player") -> RealmClient<Meadow> {
        RealmClient(
            at: "world", port: Self.playerPort, as: login, network: simulation.host(host))
    }

    /// Plays as a client until a body ends, which then leaves the realm.
    func play<Result: Sendable>(
        as name: String, _ body: @escaping @Sendable (RealmClient<Meadow>) async throws -> Result
    ) async throws -> Result {
        let client = client(name)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await client.run()
                return nil
            }
            group.addTask { try await body(client) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Waits until a player is in a zone, with a body.
    func wait(for client: RealmClient<Meadow>, in zone: String) async throws {
        try await wait { client.frame()?.zone.text == zone && client.frame()?.me != nil }
    }

    /// Waits until a condition holds, looking each 10 ms of virtual time.
    func wait(until condition: () async -> Bool) async throws {
        while await !condition() { try await simulation.clock.sleep(for: .milliseconds(10)) }
    }

    /// Runs the realm for as long as a body runs.
    static func run<Result: Sendable>(
        seed: UInt64, links: LinkProfile = .lan, for limit: Duration = .seconds(600),
        zones: [String] = ["west", "east"], log: any ServerLog = NoLog(),
        _ body: @escaping @Sendable (TestRealm) async throws -> Result
    ) throws -> Result {
        let simulation = Simulation(seed: seed, links: links)
        return try simulation.run(for: limit) { simulation in
            let realm = try TestRealm(simulation, log: log)
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask {
                    try await realm.runWorld()
                    return nil
                }
                for name in realm.configuration.map.names where zones.contains(name.text) {
                    group.addTask {
                        try await realm.runZone(name)
                        return nil
                    }
                }
                group.addTask { try await body(realm) }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                throw CancellationError()
            }
        }
    }
}
