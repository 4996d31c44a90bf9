import ParleyDatagrams
import ParleySimulation
import ParleySockets

/// A connection between two simulated hosts, both ends at hand.
struct Couple: Sendable {
    let simulation: Simulation
    let server: Connection
    let client: Connection

    var serverHost: SimulatedHost { simulation.host("server") }
    var clientHost: SimulatedHost { simulation.host("client") }

    /// Runs `body` with a connection, and closes everything after it.
    @discardableResult
    static func run<Outcome: Sendable>(
        on simulation: Simulation = Simulation(seed: 1), options: ConnectionOptions = .init(),
        _ body: @escaping @Sendable (Couple) async throws -> Outcome
    ) throws -> Outcome {
        try simulation.run { simulation in
            let server = ConnectionManager(network: simulation.host("server"))
            let client = ConnectionManager(network: simulation.host("client"))
            let listener = try await server.listen(port: 9_099, options: options)
            let there = try await client.connect(to: "server", port: 9_099, options: options)
            guard let here = await listener.connections.first(where: { _ in true }) else {
                throw ConnectError.cancelled
            }
            let outcome = try await body(
                Couple(simulation: simulation, server: here, client: there))
            await client.shutdown()
            await server.shutdown()
            return outcome
        }
    }
}

extension Connection {
    /// The next datagram, or nil at the end.
    nonisolated func next() async -> Datagram? {
        for await datagram in datagrams { return datagram }
        return nil
    }

    /// How many bytes come until the end.
    nonisolated func countToTheEnd() async -> Int {
        await datagrams.reduce(0) { $0 + $1.count }
    }
}

extension Datagram {
    init(zeros count: Int) {
        self.init(minimumCapacity: count)
        appendPadding(count)
    }
}

extension Faults {
    static func with(_ change: (inout Faults) -> Void) -> Faults {
        var faults = Faults()
        change(&faults)
        return faults
    }
}
