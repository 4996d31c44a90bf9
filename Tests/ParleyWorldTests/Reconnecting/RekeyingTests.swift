import ParleyDatagrams
import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestNetworks
import TestSupport
import Testing

/// Packets over a reconnect, which brings a sealed session new keys.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct RekeyingTests {
    @Test(arguments: [StreamSecurity.Client.none, .automatic])
    func packetsFlowOverReconnects(security: StreamSecurity.Client) async throws {
        let world = WalkWorld()
        try await serving(world, configure: { $0.reconnectGrace = .seconds(600) }) {
            server, addresses in
            var (player, welcome) = try await RawPlayer.joined(addresses, over: security)
            let packets = try player.packets
            #expect((welcome.cipher == 0) == (security == .none))
            try await player.bind()
            var sequence: UInt32 = 0
            for attempt in 1...6 as ClosedRange<UInt32> {
                // Packets arrive before the reconnect and after it.
                sequence += 1
                try await player.walk(sequence)
                await player.connection.abort()
                let next = try await RawPlayer.resuming(
                    addresses, welcome, attempt: attempt, notices: 0, over: security)
                // One more under the keys of before, while the answer is on its way.
                sequence += 1
                try await player.command(1, sequence: sequence)
                let resumed = try await next.resumed()
                welcome.secret = resumed.secret
                packets.rebase(
                    to: resumed, random: next.random, cipher: welcome.cipher, at: next.clock.now)
                try next.begin(packets)
                player = next
                sequence += 1
                try await player.walk(sequence)
            }
            let place = Int32(sequence)
            let id = welcome.player
            try await until { await world.state.places[id] == place }
            let received = await server.statistics.received
            #expect(received.forged == 0 && received.dropped == 0 && received.malformed == 0)
            #expect(await server.statistics.returns == 6)
        }
    }
}

extension RawPlayer {
    /// Takes a step, and waits for packets that the server sends to this socket. Snapshots may come through the tunnel
    /// meanwhile, if the machine is so busy that UDP seems blocked.
    fileprivate func walk(_ sequence: UInt32) async throws {
        try await command(1, sequence: sequence)
        for _ in 0..<3 where try await nextFrames() == nil { throw JoinRefusal("no packet") }
    }
}

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
