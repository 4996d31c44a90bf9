import ParleyDatagrams
import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames

/// Recordings of a flock and four runners, which join, leave, make requests and run about.
enum RecordedFlock {
    /// Played over a bad link in a simulation, for some seconds of virtual time.
    static func played(
        seed: UInt64, seconds: Int = 6, world: FlockWorld.Flaw = .none
    ) throws -> Datagram {
        let bytes = RecordedBytes()
        let links = LinkProfile.umts
        try Simulation(seed: seed, links: links).run { simulation in
            let server = GameServer(
                world: FlockWorld(seed: seed, flaw: world), configuration: .init(port: 9000),
                network: simulation.host("server"), recording: Recording(into: bytes, seed: seed))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                await withThrowingTaskGroup(of: Void.self) { players in
                    for index in 0..<4 {
                        let network = simulation.host("player \(index)")
                        players.addTask {
                            try await play(index, on: "server", 9000, network, seconds)
                        }
                    }
                    while let result = await players.nextResult() { _ = result }
                }
                group.cancelAll()
            }
        }
        return bytes.data
    }

    /// One player: comes a little later than the one before, leaves in the middle, and comes again.
    static func play(
        _ index: Int, on host: String, _ port: UInt16, _ network: any Network, _ seconds: Int
    ) async throws {
        let clock = network.clock
        try await clock.sleep(for: .milliseconds(210 * index))
        for stay in [seconds * 400, seconds * 300] {
            try await PredictingClient<Meadow>.play(
                on: host, port: port, as: "Runner \(index)", network: network
            ) { client in
                let start = clock.now
                var asked = 0
                for await _ in client.frames {
                    let elapsed = start.duration(to: clock.now)
                    if elapsed > .milliseconds(stay) { break }
                    client.command = .wandering(at: elapsed + .seconds(index))
                    if elapsed > .milliseconds(300 * (asked + 1)) {
                        let wishes: [Meadow.Request] = [.goHome, .sitDown, .getUp]
                        try await client.request(wishes[(asked + index) % 3])
                        asked += 1
                    }
                }
            }
        }
    }

    /// Without a network: some ticks, each of which has something.
    static func driven(
        seed: UInt64, ticks: UInt32 = 200, flaw: FlockWorld.Flaw = .none
    ) async throws -> Datagram {
        let bytes = RecordedBytes()
        let writer = try RecordingWriter<Meadow>(
            Recording(into: bytes, seed: seed, payload: Datagram(bytes: [1, 2, 3])),
            schema: Meadow.schema, tickRate: 60)
        let world = FlockWorld(seed: seed, flaw: flaw)
        try await WorldDriver(world).run { driver in
            for number in 1...ticks {
                let input = input(number, duration: driver.stepDuration)
                try writer.append(input, try await driver.step(input))
            }
        }
        try writer.close()
        return bytes.data
    }

    static func input(_ number: UInt32, duration: Duration) -> TickInput<Meadow> {
        let tick = Tick(number: number)
        let (ann, bob) = (PlayerID(rawValue: 1), PlayerID(rawValue: 300))
        var input = TickInput<Meadow>(
            step: TickStep(tick: tick, duration: duration), wantsWorldSnapshot: true)
        if number == 1 {
            input.joins = [Player(id: ann, name: "Ann"), Player(id: bob, name: "Bob")]
                .map { JoinRequest($0) }
        }
        if number == 60 { input.requests = [PlayerRequest(player: bob, request: .goHome)] }
        if number == 90 { input.leaves = [Departure(player: bob, reason: .kicked("late"))] }
        if number % 3 == 0 { input.watchers = [ann] }
        input.commands = [
            PlayerCommand(
                player: ann, sequence: number, command: Meadow.Command(x: 90, y: -20),
                view: TickTime(tick).advanced(byTicks: -4.3)),
            PlayerCommand(
                player: bob, sequence: number / 2, command: Meadow.Command(x: -9, y: 99),
                origin: number % 2 == 0 ? .repeated : .idle),
        ]
        return input
    }
}
