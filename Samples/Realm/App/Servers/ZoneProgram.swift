import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// `realm zone NAME`: the server of one zone.
struct ZoneProgram {
    let realm: RealmConfiguration
    let name: ZoneName
    let folder: RealmFolder
    let isPlain: Bool
    let leash: Leash

    init(_ arguments: Arguments, _ signals: Signals) throws {
        realm = try RealmMap.realm(from: arguments[Options.portBase])
        let names = realm.map.names
        guard let name = names.first(where: { $0.text == arguments.operand }) else {
            throw UsageError.unknown("zone", arguments.operand, known: names.map(\.text))
        }
        self.name = name
        folder = try RealmFolder(arguments[Options.folder])
        isPlain = arguments[Options.plain]
        leash = Leash(arguments, signals)
    }

    func run() async throws {
        let network = SystemNetwork()
        let server = try ZoneServer(
            name, of: realm, keys: try folder.keys(),
            configuration: GameServerConfiguration(
                host: "127.0.0.1", security: isPlain ? .none : .automatic), network: network
        ) { Land($0) }
        let reporter = Reporter(isSupervised: leash.isSupervised, clock: network.clock)
        try await namingPorts {
            try await leash.hold(
                network.clock,
                [
                    { try await server.run() },
                    {
                        _ = try await server.ready()
                        try await reporter.run { .zone(await report(of: server)) }
                    },
                ])
        }
    }

    private func report(of server: ZoneServer<Land>) async -> ZoneReport {
        let walkers = await server.world.population
        let people = server.epochs.compactMap { character, epoch in
            walkers[character].map { ZoneReport.Person(character, epoch, $0) }
        }
        let counts = server.statistics
        return ZoneReport(
            zone: name.text, incarnation: server.process?.incarnation.rawValue,
            players: counts.residents, crossingsIn: counts.crossingsIn,
            crossingsOut: counts.crossingsOut, putBack: counts.putBack,
            isFrozen: server.process != nil && server.isFrozen,
            people: people.sorted { $0.character < $1.character })
    }
}

extension ZoneReport.Person {
    fileprivate init(_ character: CharacterID, _ epoch: Epoch, _ walker: Walker) {
        self.init(
            character: character.rawValue, epoch: "\(epoch.generation).\(epoch.number)",
            east: Float(walker.position.x), north: Float(walker.position.y))
    }
}
