import ParleySimulation
import ParleySockets
import ParleyWorld
import TestNetworks

extension Simulation {
    /// Runs a world of walkers on the host "server" for as long as `body` takes.
    ///
    /// - Parameter body: Gets the server, and its addresses as other hosts reach them.
    func serving<Outcome: Sendable>(
        _ world: WalkWorld = WalkWorld(),
        configure: @escaping @Sendable (inout GameServerConfiguration) -> Void = { _ in },
        _ body:
            @escaping @Sendable (GameServer<WalkWorld>, ServerAddresses) async throws -> Outcome
    ) throws -> Outcome {
        try run { simulation in
            try await TestNetwork.$current.withValue(.simulated(simulation)) {
                var configuration = GameServerConfiguration(port: 9_000)
                (configuration.plainPort, configuration.plainHost) = (9_001, "server")
                configure(&configuration)
                let host = simulation.host("server")
                let server = GameServer(
                    world: world, configuration: configuration, network: host)
                let place = try await host.resolve("server", port: 9_000)[0]
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await server.run() }
                    _ = try await server.ready()
                    defer { group.cancelAll() }
                    var plain = place
                    plain.port = 9_001
                    return try await body(
                        server, ServerAddresses(tcp: place, udp: place, plain: plain))
                }
            }
        }
    }
}
