import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import Testing

@Suite struct PredictedPlayTests {
    @Test func aMinuteAt4GIsPredictedToTheLastBit() throws {
        let simulation = Simulation(seed: 1, links: .lte)
        let statistics = try simulation.play(for: .seconds(60)) { client, elapsed in
            client.command = Meadow.Command.wandering(at: elapsed)
        }
        #expect(statistics.prediction.right > 1_000)
        #expect(statistics.prediction.wrong == 0)
    }
}

extension Simulation {
    /// One player runs about on a meadow of this simulation.
    func play(
        for duration: Duration, sheep: Int = 0,
        _ hands: @escaping @Sendable (PredictingClient<Meadow>, Duration) -> Void
    ) throws -> PlayStatistics {
        try run { simulation in
            let world = MeadowWorld(sheep: sheep)
            let server = GameServer(
                world: world, configuration: .init(port: 9000), network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                let statistics = try await PredictingClient<Meadow>.play(
                    on: "server", port: 9000, as: "Ann", network: simulation.host("ann")
                ) { client in
                    let start = client.network.clock.now
                    for await _ in client.frames {
                        let elapsed = start.duration(to: client.network.clock.now)
                        if elapsed > duration { break }
                        hands(client, elapsed)
                    }
                    return client.statistics
                }
                group.cancelAll()
                return statistics
            }
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
