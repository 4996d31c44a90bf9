import Parley
import ParleySimulation
import Testing

/// The game of the tutorial in simulations: minutes of play over bad links, in a moment.
@Suite struct SimulatedWalkTests {
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func everybodyGetsOnOverABadLink(seed: UInt64) throws {
        let simulation = Simulation(seed: seed, links: .umts)
        let places = try simulation.run { simulation in
            let server = GameServer(world: WalkWorld(), network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                let port = try await server.ready().tcp.port
                for name in ["Ann", "Bob", "Cid"] {
                    group.addTask { try await walk(as: name, port, simulation.host(name)) }
                }
                try await simulation.clock.sleep(for: .seconds(60))
                defer { group.cancelAll() }
                return await server.world.snapshot().places
            }
        }
        #expect(places.count == 3)
        #expect(places.values.allSatisfy { $0.y > 30 })
    }

    /// The server's machine crashes three times. A client that loses the game joins the next one.
    @Test func aCrashEndsNothingForGood() throws {
        let simulation = Simulation(seed: 1, links: .wifi)
        let places = try simulation.run { simulation in
            let machine = simulation.host("server")
            let lives = Lives()
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await machine.keepRunning { try await lives.begin(on: machine).run() }
                }
                group.addTask { try await walkForEver(simulation.host("Ann")) }
                for _ in 1...3 {
                    try await simulation.clock.sleep(for: .seconds(20))
                    machine.crash(for: .seconds(2))
                }
                try await simulation.clock.sleep(for: .seconds(20))
                defer { group.cancelAll() }
                return await lives.world.snapshot().places
            }
        }
        #expect(places.count == 1)
        #expect(simulation.openSockets == 0)
    }
}

/// The lives of the server. Each begins with a new world.
private actor Lives {
    private(set) var world = WalkWorld()

    func begin(on machine: SimulatedHost) -> GameServer<WalkWorld> {
        world = WalkWorld()
        return GameServer(world: world, configuration: .init(port: 9_099), network: machine)
    }
}

private func walk(as name: String, _ port: UInt16, _ network: SimulatedHost) async throws {
    try await GameClient<WalkGame>.play(on: "server", port: port, as: name, network: network) {
        client in
        for await _ in client.snapshots {
            try await client.send(WalkGame.Command(dx: 0, dy: 1))
        }
    }
}

private func walkForEver(_ network: SimulatedHost) async throws {
    while !Task.isCancelled {
        try? await walk(as: network.name, 9_099, network)
        try await network.clock.sleep(for: .seconds(1))
    }
}
