import Parley
import ParleySimulation
import ParleyStore
import ParleyZones
import RealmGame
import Synchronization

/// The servers of a simulated realm, each on a host of its own, and its store. A server that crashed, or that the realm
/// has given up, is started again.
final class SimulatedRealm: Sendable {
    let configuration: RealmConfiguration
    let store: ModelStore
    /// How many bots play.
    let bots: Int
    /// Whether nothing goes wrong, and the links are good.
    let isUndisturbed: Bool
    private let simulation: Simulation
    private let witness: RealmWitness
    private let keys = RealmKeys()
    private let lives = Mutex<[ZoneName: ZoneLife]>([:])
    private let newestWorlds = Mutex<[Int: WorldServer]>([:])
    /// Until when a world server is lost.
    private let lossEnds = Mutex(Duration.zero)

    static let port = RealmMap.defaultPort

    init(_ plan: RealmPlan, in simulation: Simulation, _ witness: RealmWitness) throws {
        var configuration = try RealmMap.realm(from: Self.port)
        configuration.worlds = (0..<plan.worlds).map {
            ServerPlace(host: Self.host($0), serverPort: Self.port + 1, playerPort: Self.port)
        }
        for name in configuration.map.names { configuration.zones[name.text]?.host = name.text }
        self.configuration = configuration
        self.simulation = simulation
        self.witness = witness
        bots = plan.bots
        isUndisturbed = plan.faults == .none && plan.links == .lan
        store = ModelStore(
            seed: simulation.seed, clock: simulation.clock, faults: plan.faults.store)
    }

    // MARK: Servers

    /// The name of a world server's host.
    static func host(_ world: Int) -> String { world == 0 ? "world" : "world-\(world)" }

    /// Runs a world server until cancelled, and again after each crash.
    func runWorld(_ number: Int) async {
        let host = simulation.host(Self.host(number))
        do {
            try await host.keepRunning {
                self.witness.count { $0.worldServers += 1 }
                let server = WorldServer(
                    self.configuration, number: number, store: self.store, logins: .names,
                    keys: self.keys, links: .plain, network: host)
                self.newestWorlds.withLock { $0[number] = server }
                try await server.run()
            }
        } catch {
            if !Task.isCancelled { witness.complain("world server \(number) stopped: \(error)") }
        }
    }

    /// A world server that runs; nil if none does.
    private var world: WorldServer? {
        let number = configuration.worlds.indices.first { simulation.host(Self.host($0)).isUp }
        return newestWorlds.withLock { $0[number ?? 0] }
    }

    /// Lets one of the world servers die, or stand still for a while, unless one does already.
    func loseWorld(_ random: inout some RandomNumberGenerator) {
        let length = Duration.random(upTo: .seconds(60), &random)
        let (number, dies) = (
            Int.random(in: configuration.worlds.indices, using: &random),
            Bool.random(using: &random)
        )
        let isFree = lossEnds.withLock { end in
            guard simulation.elapsed >= end else { return false }
            end = simulation.elapsed + length
            return true
        }
        guard isFree else { return }
        witness.note("world server \(number) \(dies ? "dies" : "stands still") for \(length)")
        witness.count { $0.worldLosses += 1 }
        let host = simulation.host(Self.host(number))
        if dies { host.crash(for: length) } else { host.pause(for: length) }
    }

    /// Runs a zone until cancelled.
    func run(_ zone: ZoneName) async {
        do {
            try await simulation.host(zone.text).keepRunning {
                while !Task.isCancelled { try await self.live(zone) }
            }
        } catch {
            if !Task.isCancelled { witness.complain("\(zone) stopped: \(error)") }
        }
    }

    /// One process of a zone, from its start until it crashes or the realm gives it up.
    private func live(_ zone: ZoneName) async throws {
        witness.count { $0.zoneServers += 1 }
        let host = simulation.host(zone.text)
        let life = ZoneLife(
            host,
            try ZoneServer(zone, of: configuration, keys: keys, links: .plain, network: host) {
                Land($0)
            })
        lives.withLock { $0[zone] = life }
        do {
            try await life.run()
            try Task.checkCancellation()
            witness.note("\(zone) is drained")
            witness.count { $0.drained += 1 }
            // As a supervisor does, which sees the process end.
            if let process = life.server.process {
                await world?.declareDead(process)
            }
        } catch ZoneServerError.retired {
            witness.note("\(zone) was given up")
        }
    }

    /// Lets a zone hand its characters over, and end, as an operator does.
    func drain(_ zone: ZoneName?) async {
        guard let zone, let world else { return }
        witness.note("\(zone) is to be drained")
        await world.drain(zone)
    }

    /// Ends a quarantine, as an operator does.
    func pardon(_ name: String) async {
        guard let name = AccountName(name),
            case .done(let character) = await store.perform(FindCharacter(of: name))
        else { return }
        witness.count { $0.pardons += 1 }
        await world?.pardon(character)
    }

    /// The world servers in the order in which a bot tries them: bots begin with different ones.
    func worlds(for name: String) -> [WorldAddress] {
        let worlds = configuration.worldAddresses
        let first = name.utf8.reduce(0) { $0 + Int($1) } % worlds.count
        return Array(worlds[first...] + worlds[..<first])
    }

    // MARK: Questions

    /// Looks at all zones and all rows.
    func look() async {
        let rows = await store.records
        witness.look(
            at: configuration.map.names.map { life(of: $0)?.server.characters ?? [:] }, rows)
    }

    /// Whether the zone that a client plays in has its character.
    func holds(_ character: CharacterID, in zone: ZoneName) -> Bool {
        life(of: zone)?.server.characters[character] != nil
    }

    /// The process of a zone that runs; nil if none does.
    private func life(of zone: ZoneName) -> ZoneLife? {
        guard let life = lives.withLock({ $0[zone] }), life.isRunning else { return nil }
        return life
    }
}

/// One process of a zone.
private final class ZoneLife: Sendable {
    let server: ZoneServer<Land>
    private let host: SimulatedHost
    private let hasEnded = Mutex(false)

    init(_ host: SimulatedHost, _ server: ZoneServer<Land>) {
        self.host = host
        self.server = server
    }

    /// Whether it can act. A crash ends that before the process is cancelled.
    var isRunning: Bool { host.isUp && !hasEnded.withLock { $0 } }

    func run() async throws {
        defer { end() }
        try await withTaskCancellationHandler {
            try await server.run()
        } onCancel: {
            end()
        }
    }

    private func end() { hasEnded.withLock { $0 = true } }
}

/// Numbers that rise, whoever asks.
final class Counter: Sendable {
    private let last = Mutex(0)

    func next() -> Int {
        last.withLock { last in
            last += 1
            return last
        }
    }
}

/// A value that several tasks share.
final class Slot<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    var value: Value? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
