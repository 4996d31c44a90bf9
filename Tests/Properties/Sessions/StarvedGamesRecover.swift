import ParleySessions
import ParleySimulation
import ParleySockets
import ParleyWorld

extension Property {
    /// Ten minutes in which one packet of a hundred arrives.
    static let starvedGamesRecover = Property(
        "starved-games-recover",
        "Ten minutes in which 99 of 100 packets are lost crash nothing: sessions end with typed errors, nothing "
            + "of them is left in the server, and then the next player plays.",
        conditions: .starved
    ) { trial in
        try await StarvedGame(trial).run()
    }
}

extension Conditions {
    /// A good link, at first. Rebindings move players' addresses.
    fileprivate static let starved: Conditions = {
        var faults = Faults.none
        faults.rebindings = 1
        return Conditions("starved", LinkProfile(latency: .milliseconds(50)), faults)
    }()
}

/// A game that everybody gets into, and nobody can play for ten minutes.
private struct StarvedGame: Sendable {
    private static let famine = Duration.seconds(600)
    private static let loss = 0.99

    private let trial: Trial
    private let watch: LinkWatch
    private let server: GameServer<DiaryWorld>

    init(_ trial: Trial) {
        self.trial = trial
        watch = trial.watchSessions()
        // Few ticks, as nothing happens in most.
        server = trial.gameServer { configuration in
            configuration.tickRate = 5
            configuration.snapshotRate = 5
        }
    }

    func run() async throws {
        try await trial.serving(server) {
            _ = try await server.ready()
            let players = trial.chance(1...2)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...players {
                    group.addTask { try await play(on: "client \(number)") }
                }
                try await trial.sleep(.seconds(5))
                let playing = await server.statistics.players
                try require(playing == players, "only \(playing) of \(players) get in")
                trial.simulation.links.loss = .independent(Self.loss)
                try await trial.sleep(Self.famine)
                trial.simulation.links.loss = .none
                group.cancelAll()
                try await group.waitForAll()
            }
            try await waitForNothing()
            try await playAgain()
        }
    }

    /// A player, who tries again and again.
    private func play(on host: String) async throws {
        while !Task.isCancelled {
            try await Visit(
                trial: trial, host: host, actions: 100...2_000, pace: 500...2_000,
                patience: .seconds(3_600)
            ).run()
            try? await trial.sleep(.seconds(1))
        }
    }

    /// The server holds nothing of its players, and no socket but its own two is left.
    private func waitForNothing() async throws {
        try? await trial.wait(.seconds(180), for: "the server holds nothing") {
            let occupancy = await server.occupancy
            return occupancy == SessionOccupancy() && trial.simulation.openSockets == 2
                && trial.simulation.socketsInMemory == 2
        }
        let occupancy = await server.occupancy
        try require(occupancy == SessionOccupancy(), "the server holds \(occupancy)")
        let (open, all) = (trial.simulation.openSockets, trial.simulation.socketsInMemory)
        try require(open == 2 && all == 2, "\(open) sockets are open, \(all) in memory")
    }

    private func playAgain() async throws {
        let visit = Visit(
            trial: trial, host: "late client", actions: 10...20, patience: .seconds(5))
        let hasPlayed = try await visit.run()
        try require(
            hasPlayed && visit.book.isComplete && visit.book.snapshots > 0,
            "the next player saw \(visit.book.notices) of \(visit.book.expected) notices and "
                + "\(visit.book.snapshots) snapshots: \(visit.book.error?.description ?? "no error")"
        )
    }
}
