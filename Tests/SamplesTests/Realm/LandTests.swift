import Parley
import ParleySimulation
import ParleyStore
import ParleyZones
import RealmGame
import Synchronization
import Testing

/// The realm's world in a simulation: the real servers, and bots.
@Suite struct LandTests {
    /// What was so at the end.
    struct Result: Sendable {
        var crossings = 0
        var silences: [Duration] = []
        var zones: [CharacterID: [String]] = [:]
        var waves = 0
        var misplaced = 0
        /// What all have together, as the zones show it, as the store says, and what is wrong in the store.
        var shown = 0
        var owned: Int64 = 0
        var problems: [String] = []
    }

    @Test func botsWanderOverBorders() throws {
        let result = try Self.play(bots: 4, for: .seconds(40), seed: 1)
        #expect(result.crossings > 4)
        #expect(result.zones.count >= 3, "one may be on its way from zone to zone")
        #expect(result.zones.values.allSatisfy { $0.count == 1 })
        #expect(result.misplaced == 0)
        #expect(result.waves > 0)
        #expect(result.owned > 4, "coins lie on the way")
        #expect(result.problems == [])
        // A deal of the last moment may be open, and a walker on its way.
        #expect(abs(result.owned - Int64(result.shown)) <= 4)
        #expect(result.silences.allSatisfy { $0 < .milliseconds(500) })
    }

    /// Plays for some time, and then looks.
    private static func play(bots count: Int, for time: Duration, seed: UInt64) throws -> Result {
        try Simulation(seed: seed, links: .lan).run(for: time * 2) { simulation in
            let realm = try SimulatedRealm(simulation)
            let bots = (1...count).map { number in
                RealmBot(
                    named: "bot-\(number)", port: RealmMap.defaultPort, host: "world",
                    network: simulation.host("bot-\(number)"))
            }
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await realm.runWorld() }
                for zone in realm.zones { group.addTask { try await zone.run() } }
                for bot in bots { group.addTask { try await bot.play() } }
                defer { group.cancelAll() }
                try await simulation.clock.sleep(for: time)
                return await look(at: realm, bots)
            }
        }
    }

    private static func look(at realm: SimulatedRealm, _ bots: [RealmBot]) async -> Result {
        var result = Result()
        for bot in bots {
            result.crossings += bot.meter.crossingCount
            result.silences += bot.meter.crossings
        }
        for zone in realm.zones {
            let area = realm.configuration.map.area(of: zone.name)
            for (character, walker) in await zone.world.population {
                result.zones[character, default: []].append(zone.name.text)
                result.waves += Int(walker.waves)
                result.shown += Int(walker.coins)
                let owned = await realm.store.perform(ReadPossessions(of: .character(character)))
                result.owned += owned.value?.amount(of: .coins) ?? 0
                // A walker that has just crossed may not cross again for two seconds, and walks on.
                if area?.distance(to: walker.position) ?? 0 > 25 { result.misplaced += 1 }
            }
        }
        result.problems = await realm.store.audit().problems
        return result
    }

    @Test func aPilgrimKeepsItsBytes() throws {
        var walker = Walker()
        (walker.position, walker.velocity, walker.waves) = ([12.5, 99.9], [-10, 0], 7)
        let pilgrim = Pilgrim(walker)
        let bytes = try Datagram(encoding: pilgrim)
        #expect(bytes.count == 34)
        var reader = DatagramReader(bytes)
        #expect(try Pilgrim(from: &reader, version: 1) == pilgrim)
    }

    @Test func aWalkerIsNoFasterThanItMayBe() {
        #expect(RealmRules.Command(towards: .zero) == RealmRules.idle)
        let step = TickStep(tick: Tick(number: 1), duration: .milliseconds(100))
        for command in [RealmRules.Command(east: 127, north: 127), .init(east: -128, north: 0)] {
            var walker = Walker()
            walker.position = [100, 100]
            RealmRules.advance(&walker, by: command, in: RealmRules.side, during: step)
            let way = walker.position - [100, 100]
            #expect((way * way).sum().squareRoot() <= RealmRules.speed * 0.1 + 1e-9)
        }
    }
}

/// A realm whose servers are each on a host of their own.
private struct SimulatedRealm: Sendable {
    let configuration: RealmConfiguration
    let zones: [ZoneServer<Land>]
    let keys = RealmKeys()
    let simulation: Simulation
    let store: ModelStore

    init(_ simulation: Simulation) throws {
        var configuration = try RealmMap.realm(from: RealmMap.defaultPort)
        configuration.worlds[0].host = "world"
        for name in configuration.map.names { configuration.zones[name.text]?.host = name.text }
        self.configuration = configuration
        self.simulation = simulation
        store = ModelStore(seed: simulation.seed, clock: simulation.clock)
        zones = try configuration.map.names.map { [keys] name in
            try ZoneServer(
                name, of: configuration, keys: keys, links: .plain,
                network: simulation.host(name.text)
            ) { Land($0) }
        }
    }

    func runWorld() async throws {
        let server = WorldServer(
            configuration, store: store,
            logins: .names, keys: keys, links: .plain, network: simulation.host("world"))
        try await server.run()
    }
}
