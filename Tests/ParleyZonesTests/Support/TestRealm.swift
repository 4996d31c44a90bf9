import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import ParleyZones
import Synchronization
import TestGames

/// A realm of two zones in a simulation: west and east of the meadow, a world server or several, and a store in memory.
final class TestRealm: Sendable {
    let simulation: Simulation
    let configuration: RealmConfiguration
    let keys = RealmKeys()
    let store: ModelStore
    /// The same store, as world servers ask it.
    let deals: DealFaults
    /// What the servers say.
    let log: any ServerLog
    private let servers = Mutex<[String: ZoneServer<Commons>]>([:])
    private let newestWorlds = Mutex<[Int: WorldServer]>([:])

    static let playerPort: UInt16 = 9_000

    init(
        _ simulation: Simulation, worlds: Int = 1, chat: ChatLimits = ChatLimits(),
        log: any ServerLog = NoLog()
    ) throws {
        self.simulation = simulation
        self.log = log
        let map = try ZoneMap([
            MapZone("west", .box([0, 0], [100, 200])),
            MapZone("east", .box([100, 0], [200, 200])),
        ])
        var configuration = RealmConfiguration(game: Meadow.name, map: map)
        configuration.chat = chat
        configuration.worlds = (0..<worlds).map {
            ServerPlace(host: Self.host($0), serverPort: 9_100, playerPort: Self.playerPort)
        }
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

    /// The newest world server of number 0; nil before the first.
    var world: WorldServer? { world(0) }

    /// The newest world server of a number; nil before the first.
    func world(_ number: Int) -> WorldServer? { newestWorlds.withLock { $0[number] } }

    /// The name of a world server's host.
    static func host(_ world: Int) -> String { world == 0 ? "world" : "world-\(world)" }

    /// Runs a world server on its host, and again after each crash.
    func runWorld(_ number: Int = 0) async throws {
        let host = simulation.host(Self.host(number))
        try await host.keepRunning {
            let server = WorldServer(
                self.configuration, number: number, store: self.deals, logins: .names,
                keys: self.keys, links: .plain, log: self.log, network: host)
            self.newestWorlds.withLock { $0[number] = server }
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
    /// - Parameters:
    ///   - host: The host's name, if it is not the player's.
    ///   - first: The number of the world server that it tries first.
    func client(
        _ name: String, on host: String? = nil, first: Int = 0
    ) -> RealmClient<Meadow> {
        client(as: .name(name), on: host ?? name, first: first)
    }

    /// A client with a login of its own.
    func client(
        as login: RealmLogin, on host: String = "player", first: Int = 0
    ) -> RealmClient<Meadow> {
        let worlds = configuration.worldAddresses
        return RealmClient(
            at: Array(worlds[first...] + worlds[..<first]), as: login,
            network: simulation.host(host))
    }

    /// Plays as a client until a body ends, which then leaves the realm.
    func play<Result: Sendable>(
        as name: String, on host: String? = nil, first: Int = 0,
        _ body: @escaping @Sendable (RealmClient<Meadow>) async throws -> Result
    ) async throws -> Result {
        let client = client(name, on: host, first: first)
        return try await play([client]) { try await body(client) }
    }

    /// Runs clients until a body ends. They then leave the realm.
    func play<Result: Sendable>(
        _ clients: [RealmClient<Meadow>], _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            for client in clients {
                group.addTask {
                    try await client.run()
                    return nil
                }
            }
            group.addTask { try await body() }
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
        zones: [String] = ["west", "east"], worlds: Int = 1, chat: ChatLimits = ChatLimits(),
        log: any ServerLog = NoLog(),
        _ body: @escaping @Sendable (TestRealm) async throws -> Result
    ) throws -> Result {
        let simulation = Simulation(seed: seed, links: links)
        return try simulation.run(for: limit) { simulation in
            let realm = try TestRealm(simulation, worlds: worlds, chat: chat, log: log)
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                for number in realm.configuration.worlds.indices {
                    group.addTask {
                        try await realm.runWorld(number)
                        return nil
                    }
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
