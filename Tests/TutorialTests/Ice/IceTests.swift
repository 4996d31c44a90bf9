import Parley
import ParleySimulation
import Testing

@Suite struct IceTests {
    /// Two players collect coins over telephones for half a minute of virtual time.
    @Test func predictionsOver4GAreRight() throws {
        let simulation = Simulation(seed: 1, links: .lte)
        let results = try simulation.run { simulation in
            let machine = simulation.host("server")
            let server = GameServer(
                world: IceWorld(), configuration: .init(port: 9099), network: machine)
            return try await withThrowingTaskGroup(of: (coins: Int, PlayStatistics)?.self) {
                group in
                group.addTask {
                    try await server.run()
                    return nil
                }
                _ = try await server.ready()
                for name in ["Ann", "Bob"] {
                    group.addTask { try await skate(as: name, simulation.host(name)) }
                }
                var results: [(coins: Int, PlayStatistics)] = []
                while results.count < 2, let result = try await group.next() {
                    if let result { results.append(result) }
                }
                group.cancelAll()
                return results
            }
        }
        // Two who skate to the same coin share it badly: which of them takes more is the network's chance.
        #expect(results.map(\.coins).reduce(0, +) > 4)
        for (_, statistics) in results {
            #expect(statistics.prediction.right > 450)
            // After several lost packets in a row the server has to guess a command.
            #expect(statistics.prediction.wrong < 20)
        }
    }
}

/// Skates to the nearest coin for half a minute.
///
/// - Returns: The number of coins, and the statistics of the prediction.
private func skate(
    as name: String, _ network: SimulatedHost
) async throws -> (coins: Int, PlayStatistics) {
    try await PredictingClient<Ice>.play(on: "server", port: 9099, as: name, network: network) {
        client in
        let me = try await client.joined().id
        return try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var coins = 0
                for await case .taken(by: me, let total) in client.notices { coins = total }
                return coins
            }
            let end = network.clock.now.advanced(by: .seconds(30))
            for await frame in client.frames {
                if network.clock.now > end { break }
                client.command = push(to: nearestCoin(in: frame), in: frame)
            }
            let statistics = client.statistics
            group.cancelAll()
            return (try await group.next() ?? 0, statistics)
        }
    }
}

private func nearestCoin(in frame: GameFrame<Ice>) -> SIMD2<Double>? {
    guard let me = frame.me else { return nil }
    return frame.entities(of: Ice.cast.coins).map(\.state.position)
        .min { ($0 - me.position).length < ($1 - me.position).length }
}

private func push(to goal: SIMD2<Double>?, in frame: GameFrame<Ice>) -> Ice.Command {
    guard let goal, let me = frame.me else { return Ice.idle }
    // Not straight at the coin, but against the speed that glides past it.
    let wish = (goal - me.position) - me.velocity / 2
    let push = wish / max(wish.length, 1e-6) * 100
    return Ice.Command(x: Int8(push.x), y: Int8(push.y))
}
