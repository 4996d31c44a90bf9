import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames

extension Simulation {
    /// One player on a meadow of this simulation, for as long as `body` takes.
    func withClient<Outcome: Sendable>(
        sheep: Int = 0, configuration: GameClientConfiguration = GameClientConfiguration(),
        _ body: @escaping @Sendable (PredictingClient<Meadow>) async throws -> Outcome
    ) throws -> Outcome {
        try withServer(sheep: sheep, configuration: configuration) { client, _ in
            try await body(client)
        }
    }

    /// One player on a meadow of this simulation, and its server.
    func withServer<Outcome: Sendable>(
        sheep: Int = 0, configuration: GameClientConfiguration = GameClientConfiguration(),
        _ body:
            @escaping @Sendable (PredictingClient<Meadow>, GameServer<MeadowWorld>) async throws
            -> Outcome
    ) throws -> Outcome {
        try run { simulation in
            let server = GameServer(
                world: MeadowWorld(sheep: sheep), configuration: .init(port: 9000),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                defer { group.cancelAll() }
                return try await PredictingClient<Meadow>.play(
                    on: "server", port: 9000, as: "Ann", configuration: configuration,
                    network: simulation.host("ann")
                ) { client in
                    try await body(client, server)
                }
            }
        }
    }

    /// One player runs about on a meadow of this simulation.
    func play(
        for duration: Duration, sheep: Int = 0,
        _ hands: @escaping @Sendable (PredictingClient<Meadow>, Duration) async -> Void
    ) throws -> (play: PlayStatistics, commands: CommandStatistics) {
        try withServer(sheep: sheep) { client, server in
            let id = try await client.joined().id
            let start = client.network.clock.now
            for await _ in client.frames {
                let elapsed = start.duration(to: client.network.clock.now)
                if elapsed > duration { break }
                await hands(client, elapsed)
            }
            return (
                client.statistics, server.commandStatistics(of: id) ?? CommandStatistics()
            )
        }
    }
}

extension Meadow.Command {
    /// Another direction every now and then.
    static func wandering(at time: Duration) -> Self {
        let part = Int(time / .milliseconds(170))
        return Self(
            x: Int8(truncatingIfNeeded: part &* 53), y: Int8(truncatingIfNeeded: part &* 31))
    }
}
