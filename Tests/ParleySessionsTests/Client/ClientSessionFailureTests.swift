import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import TestNetworks
import TestSupport
import Testing

/// A session's errors when there is no server, or one that misbehaves.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct ClientSessionFailureTests {
    private static func session(
        port: UInt16, _ configuration: ClientSessionConfiguration, _ handler: CollectingHandler
    ) -> ClientSession {
        ClientSession(
            to: "127.0.0.1", port: port, game: "a game", name: "Ann", schema: nil,
            configuration: configuration, network: TestNetwork.current.network, handler: handler)
    }

    /// A server made by hand, and a client that does not reconnect.
    private static func acting(
        configure: (inout ClientSessionConfiguration) -> Void = { _ in },
        _ act: @escaping @Sendable (Connection) async throws -> Void
    ) async throws {
        let manager = ConnectionManager(network: TestNetwork.current.network)
        let listener = try await manager.listen(host: "127.0.0.1")
        var configuration = ClientSessionConfiguration()
        configuration.security = .none
        configuration.reconnectsFor = .zero
        configure(&configuration)
        let handler = CollectingHandler()
        let session = session(port: listener.localAddress.port, configuration, handler)
        defer { withExtendedLifetime(manager) {} }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await connection in listener.connections {
                    try await act(connection)
                    break
                }
            }
            let run = await startTask { try await session.run() }.result
            group.cancelAll()
            #expect(handler.received.hasEnded)
            #expect(session.connectionState == .ended)
            #expect(session.security == nil)
            await #expect(throws: ClientSessionError.notJoined) {
                try await session.send(Datagram(bytes: [1]))
            }
            await #expect(throws: ClientSessionError.notJoined) {
                try await session.sendPacket(.command) { Datagram(bytes: [1]) }
            }
            await #expect(throws: ClientSessionError.alreadyRun) { try await session.run() }
            await manager.shutdown(within: .milliseconds(100))
            try run.get()
        }
    }

    private static func welcome(
        _ version: UInt16 = SessionFormat.version, tickRate: UInt16 = 60,
        snapshotRate: UInt16 = 20, cipher: UInt8 = 0
    ) throws -> Datagram {
        var welcome = ServerWelcome(
            player: PlayerID(rawValue: 1), session: SessionNumber(rawValue: 1),
            random: SessionRandom(seed: 1), cipher: cipher, secret: ResumeSecret(seed: 1),
            udpPort: 9, tickRate: tickRate, snapshotRate: snapshotRate, name: "Ann")
        welcome.version = version
        return try ServerMessage.welcome(encoding: welcome)
    }

    private static func expectViolation(
        _ act: @escaping @Sendable (Connection) async throws -> Void
    ) async {
        let error = await #expect(throws: ClientSessionError.self) { try await acting(act) }
        guard case .protocolViolation? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func noServerListens() async throws {
        // Nothing listens on port 1; a port that was just closed may be in use again by now.
        let session = Self.session(port: 1, ClientSessionConfiguration(), CollectingHandler())
        let error = await #expect(throws: ClientSessionError.self) { try await session.run() }
        guard case .cannotConnect(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.isRefused)
        await #expect(throws: ClientSessionError.self) { try await session.joined() }
    }

    @Test func theServerNeverAnswers() async throws {
        await #expect(throws: ClientSessionError.noAnswer(.milliseconds(300))) {
            try await Self.acting(configure: { $0.welcomeTimeout = .milliseconds(300) }) {
                for await _ in $0.datagrams {}
            }
        }
    }

    @Test func theServerFallsSilent() async throws {
        await #expect(throws: ClientSessionError.serverSilent(.milliseconds(300))) {
            try await Self.acting(configure: { $0.serverTimeout = .milliseconds(300) }) {
                try await $0.send(Self.welcome())
                for await _ in $0.datagrams {}
            }
        }
    }

    @Test(arguments: [false, true])
    func theServerCloses(afterTheWelcome: Bool) async throws {
        await #expect(throws: ClientSessionError.connectionLost(.closedByPeer)) {
            try await Self.acting { connection in
                if afterTheWelcome { try await connection.send(Self.welcome()) }
                await connection.close()
            }
        }
    }

    @Test func theServerIsKilled() async throws {
        await #expect(throws: ClientSessionError.connectionLost(.reset)) {
            try await Self.acting { connection in
                try await connection.send(Self.welcome())
                for await _ in connection.datagrams { break }
                await connection.abort()
            }
        }
    }

    @Test(
        arguments: [
            [9], [], [2, 1], [2, 1, 0, 0, 0, 0, 0], [1, 2, 0], [3, 77, 0, 0], [5],
        ] as [[UInt8]])
    func theServerTalksNonsense(bytes: [UInt8]) async throws {
        await Self.expectViolation { connection in
            try await connection.send(Datagram(bytes: bytes))
            for await _ in connection.datagrams {}
        }
    }

    @Test func theServerSendsANoticeThatIsNone() async throws {
        await Self.expectViolation { connection in
            try await connection.send(Self.welcome())
            try await connection.send(Datagram(bytes: [2]))
            for await _ in connection.datagrams {}
        }
    }

    @Test(arguments: [(0, 20), (1_001, 20), (.max, 20), (60, 0)] as [(UInt16, UInt16)])
    func theServerRunsAtARateThatIsNone(tickRate: UInt16, snapshotRate: UInt16) async throws {
        await Self.expectViolation { connection in
            try await connection.send(
                Self.welcome(tickRate: tickRate, snapshotRate: snapshotRate))
            for await _ in connection.datagrams {}
        }
    }

    /// No key can come over a plain connection, so neither known ciphers nor unknown ones are possible there.
    @Test(arguments: [1, 2, 255] as [UInt8])
    func theServerSealsWithoutEncryption(cipher: UInt8) async throws {
        await Self.expectViolation { connection in
            try await connection.send(Self.welcome(cipher: cipher))
            for await _ in connection.datagrams {}
        }
    }

    @Test func theServerSpeaksAnotherVersion() async throws {
        let own = SessionFormat.version
        let text = "it speaks session protocol \(own + 1), this client \(own)"
        await #expect(throws: ClientSessionError.protocolViolation(text)) {
            try await Self.acting { connection in
                try await connection.send(Self.welcome(own + 1))
                for await _ in connection.datagrams {}
            }
        }
    }

    @Test func aGoodbyeIsTheReason() async throws {
        let goodbye = Goodbye(code: .kicked, text: "enough")
        await #expect(throws: ClientSessionError.goodbye(goodbye)) {
            try await Self.acting { connection in
                try await connection.send(Self.welcome())
                try await connection.send(ServerMessage.goodbye(encoding: goodbye))
                await connection.close()
            }
        }
    }
}
