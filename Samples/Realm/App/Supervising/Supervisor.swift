import Glibc
import Parley
import ParleyStore
import ParleyZones
import RealmGame
import SampleSupport

/// `realm` and `realm all`: starts all processes of the realm, and starts each again that ends.
///
/// No child outlives it: it waits for all that it has asked to end, and they end by themselves when it is gone.
struct Supervisor {
    let map: ZoneMap
    let launch: Launch
    let isOwnFolder: Bool
    let roles: [Role]
    let mischief: Mischief
    let hasDatabase: Bool
    let seconds: UInt32?
    let depth: ColorDepth
    let signals: Signals
    let crew = Crew()
    let clock: any NetworkClock = SystemNetwork().clock

    init(_ arguments: Arguments, _ signals: Signals) throws {
        let (port, worlds) = (arguments[Options.portBase], arguments[Options.worlds])
        map = try RealmMap.realm(from: port).map
        roles = Role.all(bots: arguments[Options.bots], worlds: worlds)
        mischief = Mischief(
            killEvery: arguments[Options.killEvery]?.duration,
            killWorldEvery: arguments[Options.killWorldEvery]?.duration,
            stopWorld: arguments[Options.stopWorld]?.duration,
            failOverEvery: arguments[Options.failOverEvery]?.duration)
        hasDatabase = arguments[Options.ownStore] != nil
        if let store = arguments[Options.ownStore], store != "postgres" {
            throw UsageError("--store needs “postgres”: a file is chosen with --folder")
        }
        if mischief.failOverEvery != nil, !hasDatabase {
            throw UsageError("--fail-over-every needs --store postgres")
        }
        guard worlds == 1 || hasDatabase else {
            throw UsageError(
                "--worlds \(worlds) needs --store postgres: a file belongs to one world server")
        }
        guard mischief.killWorldEvery == nil || worlds > 1 else {
            throw UsageError(
                "--kill-a-world-server-every needs --worlds 2 or more: nobody takes over from a single one; "
                    + "--stop-the-world-server stops that")
        }
        let metrics = try MetricsPorts(
            arguments, servers: roles.count { $0.position != nil })
        // Now, where what is wrong with it can be told.
        for world in 0..<worlds { _ = try arguments.links(of: "world:\(world)") }
        isOwnFolder = arguments[Options.ownFolder] == nil
        launch = Launch(
            port: port, worlds: worlds,
            folder: try isOwnFolder ? .temporary() : RealmFolder(arguments[Options.ownFolder]),
            certificates: arguments[Options.certificates], metrics: metrics)
        seconds = arguments[Options.seconds]
        depth = .detect(noColor: arguments[Options.noColor])
        self.signals = signals
    }

    /// Runs the realm until the time is over, a signal or a key ends it, or a process cannot be started.
    func run() async throws {
        defer { if isOwnFolder { launch.folder.remove() } }
        // A child that has just died is no reason to die for who talks to it.
        signal(SIGPIPE, SIG_IGN)
        // First: this realm's bots would play in the other one.
        try await requireFreePorts()
        // Now, so that the processes find the keys.
        _ = try launch.folder.keys()
        guard hasDatabase else { return try await run(with: nil) }
        let database = try await RealmDatabase.start()
        do {
            try await run(with: database)
            let audit = try await StorePlace(database.url).audit()
            guard audit.problems.isEmpty else {
                throw Failure("the database has faults: \(audit.problems)")
            }
            printLine("the database is sound: \(audit.epochs.count) characters")
        } catch {
            await database.end()
            throw error
        }
        await database.end()
    }

    private func run(with database: RealmDatabase?) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for role in roles { group.addTask { try await keep(role, database) } }
            group.addTask {
                defer { crew.end() }
                try await direct(database)
            }
            // Not cancelled: each task waits for its process. The first error is the one to tell.
            var failure: (any Error)?
            while let result = await group.nextResult() {
                guard case .failure(let error) = result else { continue }
                failure = failure ?? error
                crew.end()
            }
            if let failure { throw failure }
        }
    }

    /// Tries all ports of the realm, and gives them back.
    ///
    /// - Throws: `Failure` if one of them is in use.
    private func requireFreePorts() async throws {
        let manager = ConnectionManager()
        let result: Result<Void, any Error>
        do {
            try await namingPorts {
                for offset in 0..<UInt16(RealmMap.portCount(worlds: launch.worlds)) {
                    _ = try await manager.listen(
                        host: "127.0.0.1", port: launch.port + offset, security: .none)
                }
            }
            try await namingPorts(option: "--metrics HOST:PORT") {
                for place in roles.compactMap({ launch.metrics?.place(of: $0) }) {
                    _ = try await manager.listen(
                        host: place.host, port: place.port, security: .none)
                }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await manager.shutdown(within: .milliseconds(200))
        try result.get()
    }

    /// Everything that the supervisor does besides its processes, until one of it ends.
    private func direct(_ database: RealmDatabase?) async throws {
        let display = RealmDisplay(
            map: map, crew: crew, roles: roles, port: launch.port, clock: clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await crew.untilEnd(clock) }
            group.addTask { await signals.endRequest() }
            if let seconds { group.addTask { try await clock.sleep(for: .seconds(seconds)) } }
            group.addTask { try await mischief.run(on: crew, database, clock) }
            group.addTask {
                if Terminal.isOutput {
                    try await display.show(depth)
                } else {
                    try await display.printLines()
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    // MARK: A process

    private static let pause = Duration.milliseconds(250)
    private static let patience = Duration.seconds(5)

    /// Keeps a process running until the realm ends.
    ///
    /// - Throws: `Failure` with the words of a process that ends before it has done anything.
    private func keep(_ role: Role, _ database: RealmDatabase?) async throws {
        var hasWorked = false
        while let child = try crew.start(role, launch.words(of: role, database: database?.url)) {
            crew.say("\(role) is process \(child.identifier)")
            if !hasWorked, let place = launch.metrics?.place(of: role) {
                crew.say("\(role) serves metrics at http://\(place)/metrics")
            }
            let words = await listen(to: child, as: role)
            let last = crew.remove(role)
            if crew.isEnding { return }
            hasWorked = hasWorked || last != nil
            guard hasWorked else {
                throw Failure("\(role) \(child.ending)" + (words.map { ": \($0)" } ?? ""))
            }
            crew.say("\(role) \(child.ending)" + (words.map { ": \($0)" } ?? ""))
            if case .zone(let zone) = last, let incarnation = zone.incarnation {
                // Its characters need not wait for the end of its lease.
                for role in roles where role.isWorld {
                    crew[role]?.child.tell("dead \(zone.zone) \(incarnation)")
                }
            }
            try await clock.sleep(for: Self.pause)
        }
    }

    /// Reads what a process says until it has ended.
    ///
    /// - Returns: Its last words that are no report.
    private func listen(to child: Child, as role: Role) async -> String? {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await crew.untilEnd(clock)
                    try await clock.sleep(for: Self.patience)
                } catch { return }
                child.send(SIGKILL)
            }
            defer { group.cancelAll() }
            var words: String?
            for await line in child.lines {
                guard let report = ServerReport(line: line) else {
                    words = line.hasPrefix("realm: ") ? String(line.dropFirst(7)) : line
                    continue
                }
                crew.note(report, of: role)
                if case .bots(let bots) = report, let longest = bots.stalls.max() {
                    let who =
                        bots.stalls.count == 1 ? "1 bot plays" : "\(bots.stalls.count) bots play"
                    crew.say("\(who) again, after \(longest) ms at the most")
                }
            }
            return words
        }
    }
}
