import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

/// A client's errors when there is no server, or one that misbehaves.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct ClientFailureTests {
    /// A server made by hand: the address of its TCP port, and the first connection.
    private static func acting(
        configuration: GameClientConfiguration = GameClientConfiguration(),
        _ act: @escaping @Sendable (Connection) async throws -> Void
    ) async throws {
        let manager = ConnectionManager(network: TestNetwork.current.network)
        let listener = try await manager.listen(host: "127.0.0.1")
        var configuration = configuration
        configuration.reconnectsFor = .zero
        let client = GameClient<WalkGame>(
            server: "127.0.0.1", port: listener.localAddress.port, name: "Ann",
            configuration: configuration, network: TestNetwork.current.network)
        defer { withExtendedLifetime(manager) {} }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await connection in listener.connections {
                    try await act(connection)
                    break
                }
            }
            let run = await startTask { try await client.run() }.result
            group.cancelAll()
            await #expect(client.snapshots.first { _ in true } == nil)
            #expect(await client.notices.first { _ in true } == nil)
            await #expect(throws: GameClientError.notJoined) {
                try await client.send(WalkGame.Command(step: 1))
            }
            await manager.shutdown(within: .milliseconds(100))
            try run.get()
        }
    }

    private static func welcome(
        _ version: UInt16 = 1, tickRate: UInt16 = 60
    ) throws -> Datagram {
        var welcome = ServerWelcome(
            player: PlayerID(rawValue: 1), token: SessionToken(rawValue: 1), udpPort: 9,
            tickRate: tickRate, snapshotRate: 20, name: "Ann")
        welcome.version = version
        return try ServerMessage.welcome(encoding: welcome)
    }

    @Test func noServerListens() async throws {
        // Nothing listens on port 1; a port that was just closed may be in use again by now.
        let client = GameClient<WalkGame>(
            server: "127.0.0.1", port: 1, name: "Ann", network: TestNetwork.current.network)
        let error = await #expect(throws: GameClientError.self) { try await client.run() }
        guard case .cannotConnect(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.isRefused)
        await #expect(throws: GameClientError.self) { try await client.joined() }
    }

    @Test func theServerNeverAnswers() async throws {
        var configuration = GameClientConfiguration()
        configuration.welcomeTimeout = .milliseconds(300)
        await #expect(throws: GameClientError.noAnswer(.milliseconds(300))) {
            try await Self.acting(configuration: configuration) { connection in
                for await _ in connection.datagrams {}
            }
        }
    }

    @Test func theServerFallsSilent() async throws {
        var configuration = GameClientConfiguration()
        configuration.serverTimeout = .milliseconds(300)
        await #expect(throws: GameClientError.serverSilent(.milliseconds(300))) {
            try await Self.acting(configuration: configuration) { connection in
                try await connection.send(Self.welcome())
                for await _ in connection.datagrams {}
            }
        }
    }

    @Test(arguments: [false, true])
    func theServerCloses(afterTheWelcome: Bool) async throws {
        await #expect(throws: GameClientError.connectionLost(.closedByPeer)) {
            try await Self.acting { connection in
                if afterTheWelcome { try await connection.send(Self.welcome()) }
                await connection.close()
            }
        }
    }

    @Test func theServerIsKilled() async throws {
        await #expect(throws: GameClientError.connectionLost(.reset)) {
            try await Self.acting { connection in
                try await connection.send(Self.welcome())
                for await _ in connection.datagrams { break }
                await connection.abort()
            }
        }
    }

    @Test(
        arguments: [
            [9], [], [2, 1], [2, 1, 0, 0, 0, 0, 0], [1, 1, 0], [3, 77, 0, 0],
        ] as [[UInt8]])
    func theServerTalksNonsense(bytes: [UInt8]) async throws {
        let error = await #expect(throws: GameClientError.self) {
            try await Self.acting { connection in
                try await connection.send(Datagram(bytes: bytes))
                for await _ in connection.datagrams {}
            }
        }
        guard case .protocolViolation? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [0, 1_001, .max] as [UInt16])
    func theServerRunsAtARateThatIsNone(tickRate: UInt16) async throws {
        let error = await #expect(throws: GameClientError.self) {
            try await Self.acting { connection in
                try await connection.send(Self.welcome(tickRate: tickRate))
                for await _ in connection.datagrams {}
            }
        }
        guard case .protocolViolation? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func theServerSpeaksAnotherVersion() async throws {
        let text = "it speaks session protocol 2, this client 1"
        await #expect(throws: GameClientError.protocolViolation(text)) {
            try await Self.acting { connection in
                try await connection.send(Self.welcome(2))
                for await _ in connection.datagrams {}
            }
        }
    }

    @Test func aGoodbyeIsTheReason() async throws {
        let goodbye = Goodbye(code: .kicked, text: "enough")
        await #expect(throws: GameClientError.goodbye(goodbye)) {
            try await Self.acting { connection in
                try await connection.send(Self.welcome())
                try await connection.send(ServerMessage.goodbye(encoding: goodbye))
                await connection.close()
            }
        }
    }

    @Test func datagramsFromElsewhereAreIgnored() async throws {
        try await serving { _, addresses in
            try await playing(addresses, as: "Ann") { client in
                let port = try #require(await client.udpAddress?.port)
                let outsider = try await ConnectionManager(network: TestNetwork.current.network)
                    .openUDP(host: "127.0.0.1")
                let forged = ServerPacket.snapshot(
                    tick: Tick(number: 1_000_000), acknowledged: 0,
                    encoded: try Datagram(encoding: WalkGame.Snapshot()))
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
