import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import Testing

/// A bad link makes a predicting client's view older, never wrong.
@Suite struct BadLinkTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func damagedSnapshotsAreDroppedAndChangeNothing(seed: UInt64) throws {
        var links = LinkProfile(latency: .milliseconds(20))
        links.corruption = 0.2
        links.truncation = 0.2
        let statistics = try Simulation(seed: seed, links: links).play(
            for: .seconds(20), sheep: 30
        ) { client, elapsed in
            client.command = .wandering(at: elapsed)
            if let me = client.frame()?.authoritative {
                #expect((0...Meadow.side).contains(me.position.x))
            }
        }.play
        #expect(statistics.link.lostSnapshots > 100)
        #expect(statistics.prediction.right > 200)
        // A command that was damaged three times in a row is made good by the one before it, which is
        // a wrong prediction where the player has turned.
        #expect(statistics.prediction.wrong * 4 < statistics.prediction.right)
    }

    @Test func aClientThatStopsAcknowledgingStillGetsTheNewest() throws {
        let simulation = Simulation(seed: 4)
        try simulation.run { simulation in
            let network = simulation.host("server")
            let world = MeadowWorld(sheep: 40, moving: 40)
            let server = GameServer(
                world: world, configuration: .init(port: 9000), network: network)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                let ann = simulation.host("ann")
                try await PredictingClient<Meadow>.play(
                    on: "server", port: 9000, as: "Ann", network: ann
                ) { client in
                    _ = await client.frames.first { $0.received.entities.count == 40 }
                    // Only the client's packets are lost, for longer than any baseline is kept.
                    simulation.setCut(true, from: ann, to: network)
                    let start = client.network.clock.now
                    for await frame in client.frames {
                        if start.duration(to: client.network.clock.now) > .seconds(6) { break }
                        _ = frame
                    }
                    let frame = try #require(client.frame())
                    let newest = try #require(frame.received.newestTick)
                    for handle in frame.received.entities {
                        let tick = try #require(frame.received.newestTick(of: handle))
                        #expect(newest.number - tick.number < 60)
                    }
                }
                group.cancelAll()
            }
        }
    }
}
