import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames

extension Property {
    /// A server that is stopped for seconds and goes on, with predicting players.
    static let pausedServersRecover = Property(
        "paused-servers-recover",
        "After a pause of the server of up to half a minute, every player's commands count again "
            + "within two seconds, and keep counting.",
        conditions: Conditions(link: "lan")
    ) { trial in
        try await PauseTrial(trial).run()
    }
}

/// A meadow whose players stand while the server is paused, and run from then on.
private struct PauseTrial: Sendable {
    private static let port: UInt16 = 9_099
    private static let links = ["lan", "wifi", "4g", "transatlantic"]
    /// In milliseconds. At 12 s a client gives up its first try to reconnect.
    private static let pauses = [1_000, 4_000, 5_000, 8_000, 12_000, 30_000]
    private static let limit = Duration.seconds(2)
    private static let run = Meadow.Command(x: 127, y: 0)

    private let trial: Trial
    private let roster = Roster()
    private let world = MeadowWorld(sheep: 20, moving: 20)
    private let server: GameServer<MeadowWorld>

    init(_ trial: Trial) {
        self.trial = trial
        _ = trial.watchSessions(ofPort: Self.port)
        if let links = LinkProfile.named(Self.links[trial.chance(0...Self.links.count - 1)]) {
            trial.simulation.links = links
        }
        let (ticks, snapshots) = [(60, 20), (60, 60), (30, 10), (20, 20)][trial.chance(0...3)]
        server = GameServer(
            world: world,
            configuration: GameServerConfiguration(
                port: Self.port, tickRate: ticks, snapshotRate: snapshots),
            network: trial.simulation.host("server"))
    }

    func run() async throws {
        let count = trial.chance(1...4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            _ = try await server.ready()
            for number in 1...count { group.addTask { try await play(number) } }
            group.addTask {
                try await lead(count)
                throw Finished()
            }
            do {
                while try await group.next() != nil {}
            } catch is Finished {
                group.cancelAll()
            }
        }
    }

    private struct Finished: Error {}

    private func lead(_ count: Int) async throws {
        try await trial.wait(.seconds(60), for: "everybody plays") {
            roster.seats.count == count
                && roster.seats.allSatisfy { $0.client.statistics.margin != nil }
        }
        try await trial.sleep(.milliseconds(3_000 + trial.chance(0...500)))
        let pause = Self.pauses[trial.chance(0...Self.pauses.count - 1)] + trial.chance(0...200)
        trial.simulation.host("server").pause(for: .milliseconds(pause))
        try await trial.sleep(.milliseconds(pause))
        let end = trial.simulation.clock.now
        roster.phase = .quiet
        while let name = try await standingPlayer(of: count) {
            let time = end.duration(to: trial.simulation.clock.now)
            try require(time <= Self.limit, "\(time) after a pause of \(pause) ms, \(name)")
            try await trial.sleep(.milliseconds(20))
        }
        try await checkCommands(after: pause)
    }

    /// The player whose commands since the pause have not moved the body yet; nil when all have.
    private func standingPlayer(of count: Int) async throws -> String? {
        let seats = roster.seats
        guard seats.count == count else { return "only \(seats.count) of \(count) play" }
        for seat in seats {
            let speed = await world.runner(of: seat.player).runner?.velocity.x ?? 0
            if speed < 1 { return "\(seat.name) stands" }
        }
        return nil
    }

    /// Once commands count again, they keep counting.
    private func checkCommands(after pause: Int) async throws {
        let before = roster.seats.map { server.commandStatistics(of: $0.player) }
        try await trial.sleep(.seconds(3))
        for (seat, before) in zip(roster.seats, before) {
            guard let before, let after = server.commandStatistics(of: seat.player) else {
                throw Violation("\(seat.name) is gone, after a pause of \(pause) ms")
            }
            let given = after.onTime - before.onTime
            let missed = after.repeated + after.idle - before.repeated - before.idle
            try require(
                given > missed,
                "\(seat.name) missed \(missed) commands of \(given + missed), after a pause of "
                    + "\(pause) ms")
        }
    }

    /// A player on its own host.
    private func play(_ number: Int) async throws {
        let name = "Player \(number)"
        var configuration = GameClientConfiguration()
        configuration.discardsNotices = true
        configuration.commandPacketRate = [nil, 30, 20][trial.chance(0...2)]
        try await trial.sleep(upTo: .seconds(1))
        while true {
            do {
                try await PredictingClient<Meadow>.play(
                    on: "server", port: Self.port, as: name, configuration: configuration,
                    network: trial.simulation.host(name)
                ) { client in
                    let player = try await client.joined().id
                    roster.enter(Roster.Seat(player: player, name: name, client: client))
                    defer { roster.leave(player) }
                    for await _ in client.frames {
                        client.command = roster.phase == .playing ? Meadow.idle : Self.run
                    }
                }
            } catch let error as GameClientError {
                throw Violation("\(name) lost the session: \(error)")
            }
            try Task.checkCancellation()
        }
    }
}
