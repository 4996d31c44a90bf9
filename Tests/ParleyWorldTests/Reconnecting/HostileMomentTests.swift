import ParleyDatagrams
import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

/// Sessions whose connections are lost or replaced in the worst moment.
@Suite(.timeLimit(.minutes(5))) struct HostileMomentTests {
    /// A network that is away for some seconds fills the connection's buffers. That is no player who does not
    /// read.
    @Test(arguments: [false, true], [6, 9, 12] as [Double])
    func aLostNetworkIsNoSlowPlayer(isSealed: Bool, seconds: Double) throws {
        let simulation = Simulation(seed: 7, links: LinkProfile(latency: .milliseconds(20)))
        let world = WalkWorld()
        try simulation.serving(
            world, configure: { $0.security = isSealed ? .automatic : .none }
        ) { server, addresses in
            await world.pad(20_000)
            let ann = simulation.host("ann")
            try await GameClient<WalkGame>.play(
                on: "server", port: addresses.tcp.port, as: "Ann",
                configuration: GameClientConfiguration(security: isSealed ? .automatic : .none),
                network: ann
            ) { client in
                try await simulation.clock.sleep(for: .seconds(3))
                ann.isolate(.both, for: .seconds(seconds))
                try await simulation.clock.sleep(for: .seconds(seconds + 10))
                #expect(client.connectionState == .playing)
                #expect(await world.leaves.isEmpty)
            }
        }
    }

    /// A kick in the moment in which the old connection makes room for the new one.
    @Test func aKickWhileTheSessionMovesIsNotLost() throws {
        for seed in 0..<60 as Range<UInt64> {
            let simulation = Simulation(
                seed: seed, links: LinkProfile(latency: .milliseconds(20)))
            let world = WalkWorld()
            try simulation.serving(world) { server, addresses in
                let host = simulation.host("ann")
                let (_, welcome) = try await RawPlayer.joined(addresses, network: host)
                try await until { await server.statistics.notices == 1 }
                let back = try await RawPlayer.resuming(
                    addresses, welcome, notices: 0, network: host)
                try await simulation.clock.sleep(for: .milliseconds(20))
                await server.kick(welcome.player, because: "enough")
                // Whether the kick came before, in between or after: the player is out.
                while let message = try? await back.nextOfAll() {
                    if case .goodbye = message { break }
                }
                try await simulation.clock.sleep(for: .seconds(1))
                #expect(await world.leaves[welcome.player] == .kicked("enough"), "seed \(seed)")
                #expect(await server.statistics.players == 0, "seed \(seed)")
            }
        }
    }

    /// Five resumes in a second, each while the connection before it still sends.
    @Test(arguments: [false, true])
    func fiveResumesInASecondLeaveTheLast(isSealed: Bool) throws {
        let simulation = Simulation(seed: 3, links: LinkProfile(latency: .milliseconds(20)))
        let world = WalkWorld()
        let security: StreamSecurity.Client = isSealed ? .automatic : .none
        try simulation.serving(world) { server, addresses in
            var (player, claim) = try await RawPlayer.joined(addresses, over: security)
            #expect(try await player.notices(1) == ["welcome"])
            let start = simulation.elapsed
            for attempt in 1...5 as ClosedRange<UInt32> {
                let next = try await RawPlayer.resuming(
                    addresses, claim, attempt: attempt, notices: 1, over: security)
                try await player.request("from the grave \(attempt)")
                claim.secret = try await next.resumed().secret
                #expect(try await player.goodbye()?.code == .replaced)
                player = next
            }
            #expect(simulation.elapsed - start < .seconds(1))
            try await player.request("mine")
            while let text = try await player.notices(1).first, text != "mine" {}
            let statistics = await server.statistics
            #expect(statistics.returns == 5 && statistics.players == 1)
            #expect(await world.leaves.isEmpty)
        }
    }

    /// A message of the tunnel costs more than a datagram that is dropped, and TCP brings all of them.
    @Test func aFloodThroughTheTunnelWaitsAtItsSender() throws {
        let simulation = Simulation(seed: 3, links: LinkProfile(latency: .milliseconds(20)))
        try simulation.serving { server, addresses in
            let (player, _) = try await RawPlayer.joined(addresses)
            let flood = Datagram(bytes: [5, 0x10, 1, 2, 3])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<100_000 { try await player.connection.send(flood) }
                }
                try await simulation.clock.sleep(for: .seconds(2))
                // Two seconds of twice the packets that are ever of use, and what may come at once.
                #expect(await server.statistics.received.datagrams < 240 * (2 * 2 + 8) + 10)
                #expect(await server.statistics.players == 1)
                group.cancelAll()
                await player.connection.abort()
                while await group.nextResult() != nil {}
            }
        }
    }
}
