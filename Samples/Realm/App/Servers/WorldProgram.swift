import Parley
import ParleyMetrics
import ParleyPostgres
import ParleyStore
import ParleyZones
import RealmGame
import SampleSupport

/// `realm world`: a world server, with the store.
struct WorldProgram {
    let realm: RealmConfiguration
    /// Which of the realm's world servers it is.
    let number: Int
    let folder: RealmFolder
    let store: StorePlace
    let isPlain: Bool
    let links: ServerLinks
    let metrics: MetricsServerConfiguration?
    let leash: Leash

    init(_ arguments: Arguments, _ signals: Signals) throws {
        folder = try RealmFolder(arguments[Options.folder])
        store = StorePlace(arguments[Options.store] ?? folder.store)
        // A file of that name would be made.
        guard arguments[Options.store] != "postgres" else {
            throw UsageError(
                "--store postgres starts a database for a whole realm; a world server needs the address of one: "
                    + "--store postgres://USER@HOST/DATABASE")
        }
        realm = try arguments.realm(hasDatabase: store.isDatabase)
        isPlain = arguments[Options.plain]
        number = arguments[Options.number]
        guard number < realm.worlds.count else {
            throw UsageError(
                "--number \(number) needs --worlds \(number + 1) or more, as all commands of this realm do"
            )
        }
        guard realm.worlds.count == 1 || store.isDatabase else {
            throw UsageError(
                "--worlds \(realm.worlds.count) needs a store that world servers share: a file belongs to one; name "
                    + "a database with --store postgres://USER@HOST/DATABASE")
        }
        links = try arguments.links(of: "world:\(number)")
        metrics = try arguments.metrics()
        leash = Leash(arguments, signals)
    }

    func run() async throws {
        let network = SystemNetwork()
        let store = try await self.store.open()
        if let database = store as? PostgresStore, !leash.isSupervised {
            printLine("\(database.findings)")
        }
        let server = WorldServer(
            realm, number: number, store: store, logins: .names,
            keys: try folder.serverKeys(), links: links, host: "127.0.0.1",
            security: isPlain ? .none : .automatic,
            log: leash.isSupervised ? NoLog() : TerminalLog(), network: network)
        let reporter = Reporter(isSupervised: leash.isSupervised, clock: network.clock)
        try await namingPorts {
            try await leash.hold(
                network.clock, hear: { await hear($0, server) },
                [
                    { try await server.run() },
                    { try await serve(metrics, on: network) { await server.metrics } },
                    {
                        _ = try await server.ready()
                        try await reporter.run { .world(await report(of: server)) }
                    },
                ])
        }
    }

    /// The supervisor says which zone's process has died: "dead town 3".
    private func hear(_ line: String, _ server: WorldServer) async {
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "dead", let zone = ZoneName(String(words[1])),
            let number = UInt64(words[2])
        else { return }
        await server.declareDead(ZoneProcess(zone, Incarnation(rawValue: number)))
    }

    private func report(of server: WorldServer) async -> WorldReport {
        let counts = await server.statistics
        return WorldReport(
            number: number, clients: counts.clients, zones: counts.zones, logins: counts.logins,
            chats: counts.chats, waitingCalls: counts.waitingCalls,
            unanswered: counts.unanswered, droppedCalls: counts.droppedCalls)
    }
}
