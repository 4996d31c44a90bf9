import ParleyDatagrams
import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import TestNetworks
import Testing

/// What has reached the machine before a step counts in it, and an overload can be seen.
@Suite(.timeLimit(.minutes(5))) struct ServerInputTests {
    /// A pause brings more datagrams than the socket reads in one turn of the loop, which are 256. The
    /// step takes those, too, for which the receiver was resumed and which it has not taken yet.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func aStepTakesAllThatHasArrived(seed: UInt64) throws {
        let simulation = Simulation(seed: seed)
        let world = WalkWorld()
        try simulation.serving(
            world,
            configure: {
                $0.maximumDatagramsPerSecond = 10_000
                $0.maximumCommandsPerTick = 1_000
            }
        ) { server, addresses in
            let (player, _) = try await RawPlayer.joined(
                addresses, network: simulation.host("ann"))
            try await player.bind()
            simulation.host("server").pause(for: .milliseconds(200))
            for sequence in 1...600 as ClosedRange<UInt32> {
                try await player.command(1, sequence: sequence)
            }
            try await until { await !world.commands.isEmpty }
            let first = try #require(await world.commands.min { $0.key < $1.key })
            #expect(first.value.count == 600)
            #expect(await server.statistics.received.staleCommands == 0)
        }
    }

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
