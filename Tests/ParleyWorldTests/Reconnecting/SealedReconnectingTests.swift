import ParleySimulation
import ParleySockets
import ParleyWorld
import Testing

/// Whole clients whose connections break, sealed ones and plain ones.
@Suite(.timeLimit(.minutes(5))) struct SealedReconnectingTests {
    @Test(arguments: [false, true])
    func noPacketIsHeldToBeForgedWhenConnectionsBreak(isSealed: Bool) throws {
        let simulation = Simulation(seed: 7, links: .lte)
        let world = WalkWorld()
        let received = try simulation.serving(
            world, configure: { $0.security = isSealed ? .automatic : .none }
        ) { server, addresses in
            let ann = simulation.host("ann")
            return try await GameClient<WalkGame>.play(
                on: "server", port: addresses.tcp.port, as: "Ann",
                configuration: GameClientConfiguration(security: isSealed ? .automatic : .none),
                network: ann
            ) { client in
                var seen = 0
                for await _ in client.snapshots {
                    try await client.send(WalkGame.Command(step: 1))
                    seen += 1
                    if seen % 60 == 0 { ann.resetConnections() }
                    if seen == 600 { break }
                }
                #expect(await server.statistics.returns >= 5)
                #expect(await client.statistics.strayDatagrams == 0)
                return await server.statistics.received
            }
        }
        #expect(received.forged == 0)
        #expect(received.commands > 400)
    }
}
