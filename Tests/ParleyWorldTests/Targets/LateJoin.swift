import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames

/// The times of a player that joins a crowded meadow over 4G, from the connection attempt on.
struct LateJoin {
    let ownBody: Duration
    let nearest50: Duration
    let all: Duration

    init(seed: UInt64, sheep: Int) throws {
        let simulation = Simulation(seed: seed, links: .lte)
        let times = try simulation.run { simulation in
            var interest = InterestGrid.Configuration()
            // From the middle one sees all of it.
            interest.radius = 150
            interest.maximumVisible = sheep + 1
            let world = MeadowWorld(sheep: sheep, moving: 500, interest: interest)
            let nearest = await world.sheep.all
                .sorted { Self.distance($0.entity) < Self.distance($1.entity) }
                .prefix(50).map(\.handle)
            let server = GameServer(
                world: world, configuration: .init(port: 9_000),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                try await simulation.clock.sleep(for: .seconds(2))
                defer { group.cancelAll() }
                let start = simulation.clock.now
                return try await PredictingClient<Meadow>.play(
                    on: "server", port: 9_000, as: "Ann", network: simulation.host("ann")
                ) { try await Self.watch($0, since: start, nearest, sheep: sheep) }
            }
        }
        (ownBody, nearest50, all) = times
    }

    private static func distance(_ sheep: Sheep) -> Double {
        let way = sheep.position - SIMD2(100, 100)
        return (way * way).sum()
    }

    private static func watch(
        _ client: PredictingClient<Meadow>, since start: NetworkInstant,
        _ nearest: [EntityHandle], sheep: Int
    ) async throws -> (Duration, Duration, Duration) {
        let clock = client.network.clock
        var (own, near): (Duration?, Duration?)
        for await frame in client.frames {
            let elapsed = start.duration(to: clock.now)
            guard frame.me != nil else { continue }
            own = own ?? elapsed
            if near == nil, nearest.allSatisfy(frame.received.contains) { near = elapsed }
            if frame.received.entities.count >= sheep {
                return (own ?? elapsed, near ?? elapsed, elapsed)
            }
        }
        throw CancellationError()
    }
}
