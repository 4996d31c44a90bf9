import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestNetworks
import TestSupport
import Testing

/// How a game's client ends, and what it does with what nobody expects.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct ClientFailureTests {
    /// What the session's error means for the streams and the calls of a game.
    @Test func aLostServerEndsTheStreams() async throws {
        let client = GameClient<WalkGame>(
            server: "127.0.0.1", port: 1, name: "Ann", network: TestNetwork.current.network)
        await #expect(throws: GameClientError.self) { try await client.run() }
        await #expect(client.snapshots.first { _ in true } == nil)
        #expect(await client.notices.first { _ in true } == nil)
        await #expect(throws: GameClientError.notJoined) {
            try await client.send(WalkGame.Command(step: 1))
        }
        await #expect(throws: GameClientError.notJoined) {
            try await client.request(WalkGame.Request("anything"))
        }
        #expect(client.connectionState == .ended)
        #expect(client.security == nil)
    }

    @Test func datagramsFromElsewhereAreIgnored() async throws {
        try await serving { _, addresses in
            try await playing(addresses, as: "Ann") { client in
                let port = try #require(await client.udpAddress?.port)
                let outsider = try await ConnectionManager(network: TestNetwork.current.network)
                    .openUDP(host: "127.0.0.1")
                let forged = ForgedPackets.snapshot(
                    tick: Tick(number: 1_000_000), of: SessionNumber(rawValue: 1),
                    payload: try Datagram(encoding: WalkGame.Snapshot()))
                try await outsider.send(forged, to: .loopback(port: port))
                try await until { await client.statistics.strayDatagrams == 1 }
                let seen = await client.snapshots.first { _ in true }
                #expect((seen?.tick.number ?? .max) < 1_000_000)
            }
        }
    }

    @Test func aClientCanBeCancelledAtAnyStage() async throws {
        let world = WalkWorld()
        try await serving(world, configure: { $0.maximumPlayers = 100 }) { server, addresses in
            for yields in 0..<25 {
                let client = GameClient<WalkGame>(
                    server: "127.0.0.1", port: addresses.tcp.port, name: "Ann",
                    network: TestNetwork.current.network)
                let running = startTask { try await client.run() }
                for _ in 0..<(yields * yields * 4) { await Task.yield() }
                running.cancel()
                try await running.value
                #expect(await client.snapshots.first { _ in false } == nil)
            }
            try await until { await server.statistics.players == 0 }
            try await until { await world.state.places.isEmpty }
        }
    }

    @Test func anErrorOfTheBodyLeavesTheGame() async throws {
        struct Bored: Error {}
        try await serving { server, addresses in
            await #expect(throws: Bored.self) {
                try await playing(addresses, as: "Ann") { _ in throw Bored() }
            }
            #expect(await server.events.nextLeave() == .left)
        }
    }

    @Test func unreadNoticesStopTheReadingAndNothingIsLost() async throws {
        var configuration = GameClientConfiguration()
        configuration.noticeBacklog = 3
        try await serving { [configuration] _, addresses in
            try await playing(addresses, as: "Ann", configuration: configuration) { client in
                try await client.request(WalkGame.Request("everything"))
                try await until { await client.statistics.notices == 4 }
                // Snapshots come while notices wait.
                for _ in 0..<5 { _ = await client.snapshots.first { _ in true } }
                #expect(await client.statistics.notices == 4)
                var lines: [String] = []
                for await notice in client.notices {
                    lines.append(notice.text)
                    if lines.count == 101 { break }
                }
                #expect(lines == ["welcome"] + (0..<100).map { "line \($0)" })
            }
        }
    }
}
