import ParleySimulation
import ParleySockets
import ParleyWorld

extension Property {
    /// Encrypted games over a link that is as bad as a link may be.
    static let encryptedGamesHold = Property(
        "encrypted-games-hold",
        "Over a second of latency, a quarter lost and a quarter doubled, every player gets into an encrypted "
            + "game, all notices come once and in order, and snapshots go on.",
        conditions: .distant
    ) { trial in
        try await EncryptedGame(trial, players: trial.chance(1...2), actions: 0...40).run()
    }

    /// The same for players on the move.
    static let encryptedGamesMove = Property(
        "encrypted-games-move",
        "The same with damaged and reordered packets, and players whose addresses change.",
        conditions: .moving
    ) { trial in
        try await EncryptedGame(trial, players: trial.chance(1...2), actions: 0...25).run()
    }

    /// 20,000 ticks of the first.
    static let encryptedGamesLast = Property(
        "encrypted-games-last",
        "What encrypted-games-hold promises, for 20,000 ticks.", conditions: .distant
    ) { trial in
        try await EncryptedGame(trial, players: 4, actions: 400...800, ticks: 20_000).run()
    }

    /// 20,000 ticks of the second.
    static let encryptedGamesMoveOn = Property(
        "encrypted-games-move-on",
        "What encrypted-games-move promises, for 20,000 ticks.", conditions: .moving
    ) { trial in
        try await EncryptedGame(trial, players: 4, actions: 400...800, ticks: 20_000).run()
    }
}

/// An encrypted game, its players, and in every second world a bystander who copies their packets.
private struct EncryptedGame: Sendable {
    /// On a link that loses a quarter, one connection in three comes to be within a server's usual times.
    private static let joiningLimit = Duration.seconds(900)
    /// A segment that is lost six times in a row comes after five minutes.
    private static let patience = Duration.seconds(1_200)

    /// How long a client that is back at a new address may have to answer a challenge: four are lost.
    private static let validation = Duration.seconds(30)

    private let trial: Trial
    private let players: Int
    private let actions: ClosedRange<Int>
    private let ticks: UInt64
    private let hasBystander: Bool
    private let watch: LinkWatch
    private let server: GameServer<DiaryWorld>
    private let client: GameClientConfiguration

    /// - Parameters:
    ///   - trial: The world.
    ///   - players: How many play.
    ///   - actions: How many commands and requests each visit has.
    ///   - ticks: How long players come again; 0 for one visit of each.
    init(_ trial: Trial, players: Int, actions: ClosedRange<Int>, ticks: UInt64 = 0) {
        self.trial = trial
        self.players = players
        self.actions = actions
        self.ticks = ticks
        hasBystander = trial.chance(0...1) == 0
        watch = trial.watchSessions()
        // In every second world all wait for longer than a link of such latency needs.
        let isPatient = trial.chance(0...1) == 0
        var client = GameClientConfiguration()
        if isPatient {
            client.connectTimeout = .seconds(30)
            client.welcomeTimeout = .seconds(30)
            client.reconnectsFor = .seconds(120)
        }
        self.client = client
        server = trial.gameServer { server in
            server.playerTimeout = .seconds(10)
            guard isPatient else { return }
            server.connectionLimits.handshakeTimeout = .seconds(30)
            server.helloTimeout = .seconds(30)
            server.reconnectGrace = .seconds(120)
        }
    }

    func run() async throws {
        try await trial.serving(server) {
            _ = try await server.ready()
            let address = try await trial.simulation.host("server").resolve("server", port: 9_099)[
                0]
            try await withThrowingTaskGroup(of: Void.self) { group in
                if hasBystander {
                    group.addTask {
                        try await Bystander(trial: trial, watch: watch, server: address).run()
                    }
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 1...players {
                        group.addTask { try await play(on: "client \(number)") }
                    }
                    try await group.waitForAll()
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            try await trial.wait(.seconds(300), for: "the last player leaves") {
                await server.statistics.players == 0
            }
            try check(await server.statistics)
        }
    }

    /// A player, who tries to get in until it works, and comes again until the time is over.
    private func play(on host: String) async throws {
        var begin = trial.simulation.clock.now
        try await trial.sleep(upTo: .seconds(2))
        while true {
            let visit = Visit(
                trial: trial, host: host, configuration: client, actions: actions,
                patience: Self.patience)
            let hasPlayed = try await visit.run()
            try checkSnapshots(of: visit.book)
            let now = trial.simulation.clock.now
            if hasPlayed {
                guard await server.statistics.ticks.count < ticks else { return }
                begin = now
            }
            try require(
                begin.duration(to: now) < Self.joiningLimit,
                "\(host) does not get in: \(visit.book.error?.description ?? "no error")")
        }
    }

    /// Snapshots go on: a client to which none comes notices within ten seconds, and is back in the game, or has
    /// an error, as soon as it has said for how long it tries. Players on the move may be struck three times
    /// before the first snapshot.
    private func checkSnapshots(of book: VisitBook) throws {
        let once = client.serverTimeout + client.reconnectsFor + Self.validation
        let limit = once * (trial.conditions.faults.rebindings > 0 ? 3 : 1)
        try require(
            book.longestGap < limit, "\(book.longestGap) without a snapshot, more than \(limit)")
    }

    private func check(_ statistics: ServerStatistics) throws {
        try require(
            watch.toServer.all > 0 && watch.toClients.all > 0 && watch.segments.all > 0,
            "nothing was watched")
        try require(statistics.ticks.count >= ticks, "only \(statistics.ticks.count) ticks")
        guard trial.conditions.links.corruption == 0 else { return }
        // Each packet was sealed by a player, so each has its key, whatever it comes behind.
        try require(
            statistics.received.forged == 0, "\(statistics.received.forged) packets seem forged")
    }
}
