import ParleyDatagrams
import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import TestNetworks
import Testing

/// What has reached the machine before a step counts in it, and an overload can be seen.
@Suite(.timeLimit(.minutes(1))) struct ServerInputTests {
    @Test func commandsThatAreMissedAreCounted() throws {
        let links = LinkProfile(latency: .milliseconds(40), loss: .independent(0.3))
        let simulation = Simulation(seed: 4, links: links)
        try simulation.withServer { client, server in
            let id = try await client.joined().id
            let start = client.network.clock.now
            for await _ in client.frames {
                let elapsed = start.duration(to: client.network.clock.now)
                if elapsed > .seconds(20) { break }
                client.command = .wandering(at: elapsed)
            }
            let commands = try #require(server.commandStatistics(of: id))
            let input = await server.statistics.input
            #expect(input.missed > 0)
            #expect(input.given == UInt64(commands.onTime))
            #expect(input.missed == UInt64(commands.repeated + commands.idle))
            #expect(input.missedShare == Double(input.missed) / Double(input.given + input.missed))
        }
    }
}
