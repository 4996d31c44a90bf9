import Foundation
import Parley
import ParleyFleets
import ParleyMetrics
import ParleyZones
import RealmGame
import SampleSupport

/// `realm zone NAME`: the server of one zone.
struct ZoneProgram {
    let realm: RealmConfiguration
    let name: ZoneName
    let folder: RealmFolder
    let isPlain: Bool
    let links: ServerLinks
    let metrics: MetricsServerConfiguration?
    /// How long it drains when it is asked to end; nil for not at all.
    let drainTime: Duration?
    let leash: Leash

    init(_ arguments: Arguments, _ signals: Signals) throws {
        realm = try arguments.realm(hasDatabase: false)
        name = try ZoneName(operandOf: arguments)
        folder = try RealmFolder(arguments[Options.folder])
        isPlain = arguments[Options.plain]
        links = try arguments.links(of: "zone:\(name)")
        metrics = try arguments.metrics()
        drainTime = arguments[Options.drainFor]?.duration
        leash = Leash(arguments, signals)
    }

    func run() async throws {
        let network = SystemNetwork()
        let server = try ZoneServer(
            name, of: realm, keys: try folder.serverKeys(), links: links,
            configuration: GameServerConfiguration(
                host: "127.0.0.1", security: isPlain ? .none : .automatic),
            log: leash.isSupervised ? NoLog() : TerminalLog(), network: network
        ) { Land($0) }
        let reporter = Reporter(isSupervised: leash.isSupervised, clock: network.clock)
        let agones = AgonesReporter.fromEnvironment(
            ProcessInfo.processInfo.environment, network: network)
        var tasks: [@Sendable () async throws -> Void] = [
            { try await run(server) },
            { try await serve(metrics, on: network) { await server.metrics } },
            {
                _ = try await server.ready()
                try await reporter.run { .zone(await report(of: server)) }
            },
        ]
        if let agones { tasks.append { try await agones.run { _ = try await server.ready() } } }
        try await namingPorts {
            try await leash.hold(network.clock, heedsSignals: drainTime == nil, tasks)
        }
        await agones?.shutDown()
    }

    private func run(_ server: ZoneServer<Land>) async throws {
        guard let drainTime else { return try await server.run() }
        try await server.run(until: { await leash.signals.endRequest() }, drainingFor: drainTime)
    }

    private func report(of server: ZoneServer<Land>) async -> ZoneReport {
        let walkers = await server.world.population
        let owners = server.characters
        let people = walkers.map { ZoneReport.Person($0.key, owners[$0.key]?.epoch, $0.value) }
        let counts = server.statistics
        return ZoneReport(
            zone: name.text, incarnation: server.process?.incarnation.rawValue,
            holder: server.holder?.incarnation.rawValue,
            players: counts.residents, crossingsIn: counts.crossingsIn,
            crossingsOut: counts.crossingsOut, putBack: counts.putBack,
            isFrozen: server.process != nil && server.isFrozen,
            people: people.sorted { $0.character < $1.character })
    }
}

extension ZoneReport.Person {
    fileprivate init(_ character: CharacterID, _ epoch: Epoch?, _ walker: Walker) {
        self.init(
            character: character.rawValue,
            epoch: epoch.map { "\($0.generation).\($0.number)" } ?? "–",
            east: Float(walker.position.x), north: Float(walker.position.y))
    }
}

extension ZoneName {
    /// The zone that a command line names.
    init(operandOf arguments: Arguments) throws { try self.init(known: arguments.operand) }

    /// A zone of the realm.
    init(known word: String) throws {
        let names = RealmMap.zones.map(\.name)
        guard names.contains(word), let name = ZoneName(word) else {
            throw UsageError.unknown("zone", word, known: names)
        }
        self = name
    }
}
