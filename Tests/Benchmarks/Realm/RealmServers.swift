import CBenchmarkBaseline
import Foundation
import Parley
import ParleyHandoff
import ParleyPostgres
import ParleyStore
import ParleyZones
import RealmGame
import Synchronization

/// The servers of a realm that one process has: the world server with its store, zones, or all of them.
enum RealmServers {
    /// Serves until the parent ends the process, or until all of its zones were drained, and it has nothing else.
    ///
    /// `world` is 1 for the world servers, which share a store; the order `lose` ends the first of several. `mask` has a bit for each zone, `passwords` is 1 for logins by passwords.
    /// With `primary` and `standby` the store is in the PostgreSQL at these ports. `version` is that of the game, if the zones have
    /// several. Zones take 60 ticks and 20 snapshots a second, or `ticks` and half as many snapshots.
    static func serve(_ arguments: RoleArguments) async throws {
        let plan = try RealmPlan(arguments)
        let (meter, watch) = (StepMeter(), ZoneWatch())
        RoleProcess.obey("late") { _ in meter.take() }
        RoleProcess.obey("zones") { _ in watch.report }
        try await withThrowingTaskGroup(of: Void.self) { group in
            if arguments["world"] == 1 {
                let servers = try await worldServers(plan, arguments)
                let (losses, sink) = AsyncStream.makeStream(
                    of: Void.self, bufferingPolicy: .bufferingNewest(1))
                RoleProcess.obey("lose") { _ in
                    sink.yield()
                    return [:]
                }
                group.addTask { try await run(servers[0], until: losses) }
                for server in servers.dropFirst() { group.addTask { try await server.run() } }
                for server in servers { _ = try await server.ready() }
                hearDeaths(servers[0], &group)
                hearDrains(plan, &group)
            }
            var incarnation: UInt64 = 0
            for number in 0..<arguments["zones"] where arguments["mask"] >> number & 1 == 1 {
                let zone = try makeZone(number, plan, arguments, meter, watch)
                group.addTask { try await watch.run(zone) }
                incarnation = try await zone.isRegistered()
            }
            RoleProcess.say([
                "port": Int64(arguments["port"]), "incarnation": Int64(incarnation),
            ])
            while try await group.next() != nil {}
        }
        RoleProcess.say(watch.report)
        exit(0)
    }

    /// Runs a world server until it is to be lost.
    private static func run(_ server: WorldServer, until losses: AsyncStream<Void>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { for await _ in losses { return } }
            try await group.next()
            group.cancelAll()
        }
    }

    private static func worldServers(
        _ plan: RealmPlan, _ arguments: RoleArguments
    ) async throws -> [WorldServer] {
        let store = try await makeStore(arguments)
        var logins = AccountService.Logins.names
        if arguments["passwords"] > 0 {
            logins = .passwords(try PasswordHasher())
            let accounts = AccountService(store: store, logins: logins)
            for number in 0..<arguments["passwords"] {
                guard let name = AccountName("player-0-\(number)"),
                    await accounts.create(name, password: RealmLogins.password).value != nil
                else { throw ChildFailure("an account was not made") }
            }
        }
        return plan.realm.worlds.indices.map { number in
            WorldServer(
                plan.realm, number: number, store: store, logins: logins, keys: plan.keys,
                host: "127.0.0.1", security: arguments["plain"] == 1 ? .none : .automatic)
        }
    }

    private static func makeStore(_ arguments: RoleArguments) async throws -> any Store {
        guard let url = RealmDatabases.url(arguments) else {
            let folder = RealmPlan.folder(arguments["port"])
            return try await SQLiteStore(path: folder.appending(path: "store.db").path)
        }
        return try await PostgresStore(url)
    }

    /// The parent says which process it has killed: the number of its zone, and its incarnation.
    private static func hearDeaths(
        _ server: WorldServer, _ group: inout ThrowingTaskGroup<Void, any Error>
    ) {
        let (deaths, sink) = AsyncStream.makeStream(
            of: ZoneProcess.self, bufferingPolicy: .bufferingNewest(16))
        RoleProcess.obey("dead") { number in
            if let zone = ZoneName("zone-\(number / 1_000_000)") {
                let incarnation = Incarnation(rawValue: UInt64(number % 1_000_000))
                sink.yield(ZoneProcess(zone, incarnation))
            }
            return [:]
        }
        group.addTask { for await process in deaths { await server.declareDead(process) } }
    }

    /// An operator lets a zone go, by its number.
    private static func hearDrains(
        _ plan: RealmPlan, _ group: inout ThrowingTaskGroup<Void, any Error>
    ) {
        let (drains, sink) = AsyncStream.makeStream(
            of: ZoneName.self, bufferingPolicy: .bufferingNewest(16))
        RoleProcess.obey("drain") { number in
            if let zone = ZoneName("zone-\(number)") { sink.yield(zone) }
            return [:]
        }
        group.addTask {
            let realm = RealmOperator(plan.realm, keys: plan.keys)
            for await zone in drains {
                let reply = try await realm.ask(.drain(zone))
                guard case .done = reply else { throw ChildFailure("\(zone): \(reply)") }
            }
        }
    }

    private static func makeZone(
        _ number: Int, _ plan: RealmPlan, _ arguments: RoleArguments, _ meter: StepMeter,
        _ watch: ZoneWatch
    ) throws -> any RunningZone {
        guard let name = ZoneName("zone-\(number)") else { throw ChildFailure("no name") }
        var configuration = GameServerConfiguration(
            host: "127.0.0.1", security: arguments["plain"] == 1 ? .none : .automatic,
            tickRate: PlayServer.tickRate, snapshotRate: PlayServer.snapshotRate)
        if arguments["ticks"] > 0 {
            configuration.tickRate = arguments["ticks"]
            configuration.snapshotRate = arguments["ticks"] / 2
        }
        configuration.maximumPendingHellos = 1_000
        // Each zone on a loop of its own.
        func zone<World: ZoneWorld>(
            _ make: @Sendable (Zone<World.Game.Rules>) -> World
        ) throws -> any RunningZone {
            try ZoneServer(
                name, of: plan.realm, keys: plan.keys, configuration: configuration,
                network: SystemNetwork(), makeWorld: make)
        }
        if arguments["throng"] == 1 {
            return try zone { Procession($0, number: number, padding: arguments["padding"], meter) }
        }
        switch arguments["version"] {
        case 1: return try zone { Upland<FirstTramp>($0, watch) }
        case 2: return try zone { Upland<SecondTramp>($0, watch) }
        default: return try zone { Land($0) }
        }
    }
}

/// A zone's server of any world.
protocol RunningZone: Sendable {
    func run() async throws
    /// Waits until the store has the process; returns its incarnation.
    func isRegistered() async throws -> UInt64
    var isFrozen: Bool { get }
    var statistics: ZoneStatistics { get }
    var network: any Network { get }
}

extension ZoneServer: RunningZone {
    func isRegistered() async throws -> UInt64 {
        _ = try await ready()
        while true {
            if let process { return process.incarnation.rawValue }
            try await network.clock.sleep(for: .milliseconds(5))
        }
    }
}

/// When the steps of all zones of a process began.
final class StepMeter: Sendable {
    private let begins = Mutex<[Int: [(tick: Tick, at: Int64)]]>([:])

    func note(_ tick: Tick, of zone: Int) {
        let now = bench_now()
        begins.withLock { $0[zone, default: []].append((tick, now)) }
    }

    /// How late the steps since the last call began, beside the most punctual one of their zone, in nanoseconds.
    func take() -> [String: Int64] {
        let zones = begins.withLock { begins in
            defer { begins = [:] }
            return begins
        }
        let late = zones.values.flatMap { PlayServer.lateness($0) }
        return [
            "late50": Int64(late.quantile(0.5)), "late99": Int64(late.quantile(0.99)),
            "worst": Int64(late.max() ?? 0), "ticks": Int64(late.count),
        ]
    }
}
