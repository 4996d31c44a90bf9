import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames

/// A meadow with a few players, from their joining until all agree on its state.
struct MeadowTrial: Sendable {
    private static let port: UInt16 = 9_099

    let trial: Trial
    let bounds: LinkBounds
    let book = SnapshotBook()
    let roster = Roster()
    let world: MeadowWorld
    let server: GameServer<MeadowWorld>

    init(_ trial: Trial, _ bounds: LinkBounds) {
        self.trial = trial
        self.bounds = bounds
        _ = trial.watchSessions(ofPort: Self.port)
        var interest = InterestGrid.Configuration()
        interest.radius = Double(trial.chance(10...150))
        let sheep = trial.chance(0...60)
        world = MeadowWorld(
            sheep: sheep, moving: trial.chance(0...sheep), interest: interest,
            publish: { [book] in book.note($0) })
        let rates = [(60, 20), (60, 20), (60, 60), (60, 10), (30, 15), (20, 20)]
        let (ticks, snapshots) = rates[trial.chance(0...rates.count - 1)]
        var configuration = GameServerConfiguration(
            port: Self.port, tickRate: ticks, snapshotRate: snapshots)
        configuration.maximumSnapshotBytes = trial.chance(300...3_600)
        configuration.playerTimeout = .seconds(60)
        configuration.slowPlayerTimeout = .seconds(60)
        configuration.helloTimeout = .seconds(60)
        server = GameServer(
            world: world, configuration: configuration, network: trial.simulation.host("server"))
    }

    /// - Throws: `Violation` when something did not hold.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            _ = try await server.ready()
            let count = trial.chance(1...4)
            for number in 1...count { group.addTask { try await play(number) } }
            group.addTask {
                try await lead(count)
                throw Finished()
            }
            do {
                // Not waitForAll(), which throws only when the last one has ended.
                while try await group.next() != nil {}
            } catch is Finished {
                group.cancelAll()
            }
        }
    }

    private struct Finished: Error {}

    /// The trial from beginning to end.
    private func lead(_ count: Int) async throws {
        // A seat is not enough: on an awful link seconds go by until the first snapshot is there, and with it
        // the clock that is asked for in five seconds.
        try await trial.wait(.seconds(600), for: "everybody plays") {
            roster.seats.count == count
                && roster.seats.allSatisfy { $0.client.statistics.margin != nil }
        }
        let settled = Set(roster.seats.map(\.player))
        try await disturbSheep(for: .seconds(5))
        // A player that has just returned has not had the time.
        let before = commands().filter { settled.contains($0.key) }
        try await disturbSheep(for: .seconds(3))
        try checkClocks(since: before)
        await calmDown()
        // Earlier packets take time to arrive, and so do the reports of their loss.
        try await trial.sleep(bounds.echo)
        try await Agreement(self).wait(for: count)
        roster.phase = .over
        let uneven = await world.unevenTicks
        try require(uneven == 0, "in \(uneven) ticks not everybody had one command")
    }

    /// Time passes, in which sheep come and go.
    private func disturbSheep(for duration: Duration) async throws {
        let end = trial.simulation.clock.now.advanced(by: duration)
        while trial.simulation.clock.now < end {
            try await trial.sleep(.milliseconds(trial.chance(50...500)))
            if trial.chance(0...1) == 0 {
                await world.removeSheep(trial.chance(0...1_000))
            } else {
                let place = SIMD2(Double(trial.chance(1...199)), Double(trial.chance(1...199)))
                await world.addSheep(at: place)
            }
        }
    }

    /// From now on the links are good, and nothing moves by itself.
    private func calmDown() async {
        roster.phase = .quiet
        trial.simulation.calmDown()
        await world.stopSheep()
    }

    // MARK: Clocks

    private func commands() -> [PlayerID: CommandStatistics] {
        var all: [PlayerID: CommandStatistics] = [:]
        for seat in roster.seats { all[seat.player] = server.commandStatistics(of: seat.player) }
        return all
    }

    /// The commands came in time, and no clock was lost.
    private func checkClocks(since before: [PlayerID: CommandStatistics]) throws {
        for seat in roster.seats {
            let jumps = seat.client.statistics.jumps
            try require(
                jumps <= bounds.jumps, "\(seat.name)'s clock jumped \(jumps) times")
            guard let old = before[seat.player],
                let new = server.commandStatistics(of: seat.player)
            else { continue }
            let missed = new.repeated + new.idle - old.repeated - old.idle
            let share = Double(missed) / Double(max(missed + new.onTime - old.onTime, 1))
            try require(
                share <= bounds.missedShare, "\(missed) commands of \(seat.name) were missed")
        }
    }

    // MARK: Players

    /// A player on its own host, which joins again after a lost session.
    private func play(_ number: Int) async throws {
        var visits = trial.chance(0...3) == 0 ? 2 : 1
        try await trial.sleep(upTo: .seconds(1))
        while roster.phase != .over {
            visits -= 1
            let leavesAfter = visits > 0 ? Duration.milliseconds(trial.chance(100...3_000)) : nil
            do {
                try await visit(number, leavingAfter: leavesAfter)
            } catch let violation as Violation {
                throw violation
            } catch {
                try Task.checkCancellation()
                try require(
                    bounds.losesSessions && roster.phase == .playing,
                    "player \(number) lost the session: \(error)")
            }
        }
    }

    private func visit(_ number: Int, leavingAfter limit: Duration?) async throws {
        let name = "Player \(number)"
        let hands = Hands(random: trial.generator())
        var configuration = GameClientConfiguration()
        configuration.connectTimeout = .seconds(60)
        configuration.welcomeTimeout = .seconds(60)
        configuration.serverTimeout = .seconds(60)
        configuration.discardsNotices = true
        configuration.frameRate = Double(trial.chance(20...60))
        configuration.commandPacketRate = trial.chance(0...2) == 0 ? 30 : nil
        try await PredictingClient<Meadow>.play(
            on: "server", port: Self.port, as: name, configuration: configuration,
            network: trial.simulation.host(name)
        ) { client in
            let player = try await client.joined().id
            roster.enter(Roster.Seat(player: player, name: name, client: client))
            defer { roster.leave(player) }
            let witness = PlayWitness(of: player, named: name, book: book, world: world)
            try await follow(client, hands, witness, for: limit)
        }
    }

    /// Draws frame after frame.
    private func follow(
        _ client: PredictingClient<Meadow>, _ hands: Hands, _ witness: PlayWitness,
        for limit: Duration?
    ) async throws {
        var (hands, witness) = (hands, witness)
        let clock = trial.simulation.clock
        let start = clock.now
        for await frame in client.frames {
            try await witness.look(at: frame, client.statistics.prediction)
            let elapsed = start.duration(to: clock.now)
            switch roster.phase {
            case .playing: await hands.move(client, at: elapsed)
            case .quiet: client.command = Meadow.idle
            case .over: return
            }
            if let limit, elapsed > limit, roster.phase == .playing { return }
        }
    }
}
