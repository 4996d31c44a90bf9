import ParleySimulation
import ParleySockets
import ParleyWorld
import Testing

/// Defects that seeds have found, each in a world without other faults.
@Suite struct FoundTests {
    private enum Nothing: GameProtocol {
        static let name = "nothing"
        typealias Command = PlayerID
        typealias Request = PlayerID
        typealias Notice = PlayerID
        typealias Snapshot = PlayerID
    }

    /// `sessions-are-clean`, seed 10: the connection ended between connecting and the hello, and the
    /// session with a bare `SendError`.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func aSessionThatIsCutOffBeforeItsHelloEndsWithItsOwnError(seed: UInt64) throws {
        let simulation = Simulation(seed: seed)
        try simulation.run { simulation in
            let server = ConnectionManager(network: simulation.host("server"))
            let listener = try await server.listen(port: 9_099)
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await connection in listener.connections { await connection.abort() }
                }
                let client = GameClient<Nothing>(
                    server: "server", port: 9_099, name: "Ann",
                    configuration: GameClientConfiguration(security: .none),
                    network: simulation.host("client"))
                await #expect(throws: GameClientError.connectionLost(.reset)) {
                    try await client.run()
                }
                await server.shutdown()
            }
        }
        #expect(simulation.openSockets == 0)
    }
}
