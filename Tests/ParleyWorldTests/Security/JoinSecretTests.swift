import ParleyDatagrams
import ParleyProtocol
import ParleySecurity
import ParleySockets
import ParleyWorld
import Synchronization
import TestNetworks
import TestSupport
import Testing

/// Servers that only invited players get in to.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct JoinSecretTests {
    /// Counts how often it is asked, and lets everybody in.
    private final class Counter: Authenticator {
        let count = Atomic<Int>(0)

        func authenticate(_ login: Login) async throws -> Account? {
            count.add(1, ordering: .relaxed)
            return nil
        }
    }

    private static let identity = Result { try TLSIdentity() }

    private func serving(
        _ secret: JoinSecret?, authenticator: (any Authenticator)? = nil,
        _ body: @escaping @Sendable (GameServer<TeamWorld>, ServerAddresses) async throws -> Void
    ) async throws {
        let identity = try Self.identity.get()
        try await ParleyWorldTests.serving(
            TeamWorld(), authenticator: authenticator,
            configure: {
                $0.security = .tls(identity)
                $0.plainPort = nil
                $0.joinSecret = secret
            }, body)
    }

    private func invite(_ addresses: ServerAddresses, _ secret: JoinSecret?) throws -> Invite {
        try Invite(
            host: "127.0.0.1", port: addresses.tcp.port, pin: try #require(addresses.pin),
            joinSecret: secret)
    }

    private func play(
        _ invite: Invite, security: StreamSecurity.Client? = nil,
        _ body: @escaping @Sendable (GameClient<TeamGame>) async throws -> Void = { _ in }
    ) async throws {
        try await GameClient<TeamGame>.play(
            on: invite.host, port: invite.port, as: "Ann", join: TeamGame.Join(team: "blue"),
            configuration: .init(security: security ?? .invite(invite)),
            network: TestNetwork.current.network, body)
    }

    @Test func anInvitedPlayerGetsIn() async throws {
        let secret = JoinSecret()
        try await serving(secret) { server, addresses in
            try await play(Invite(try invite(addresses, secret).text))
            #expect(await server.world.requests.count == 1)
        }
    }

    /// Neither the authenticator nor the world hears of them, whatever else the hello says.
    @Test(arguments: ["teams", "another game"])
    func whoDoesNotPresentTheSecretIsRefusedBeforeAnybodyIsAsked(game: String) async throws {
        let secret = JoinSecret()
        let counter = Counter()
        try await serving(secret, authenticator: counter) { server, addresses in
            let guesses: [(PresentedSecret?, String)] = [
                (nil, "the invite's secret is missing"),
                (PresentedSecret(JoinSecret().bytes), "the invite's secret is not the right one"),
            ]
            for (guess, text) in guesses {
                let raw = try await RawPlayer(
                    addresses, over: .tls(.pin(try #require(addresses.pin))))
                let hello = ClientHello(
                    game: game, name: "Eve", random: raw.random, secret: guess)
                try await raw.connection.send(ClientMessage.hello(encoding: hello))
                let goodbye = try await raw.goodbye()
                #expect(goodbye?.code == .refused)
                #expect(goodbye?.text == "this server is for invited players: " + text)
            }
            #expect(counter.count.load(ordering: .relaxed) == 0)
            #expect(await server.world.requests.isEmpty)
            #expect(await server.statistics.refusals == 2)
            try await play(try invite(addresses, secret))
            #expect(counter.count.load(ordering: .relaxed) == 1)
        }
    }

    @Test func aPlayerIsToldWhy() async throws {
        try await serving(JoinSecret()) { _, addresses in
            let text = "this server is for invited players: the invite's secret is missing"
            await #expect(throws: GameClientError.refused(text)) {
                try await play(try invite(addresses, nil))
            }
            // A program of this machine knows the server's key, and was not invited either.
            await #expect(throws: GameClientError.refused(text)) {
                try await play(try invite(addresses, nil), security: .automatic)
            }
        }
    }

    @Test func aServerThatLetsAnyoneInTakesNoNotice() async throws {
        try await serving(nil) { server, addresses in
            try await play(try invite(addresses, JoinSecret()))
            #expect(await server.world.requests.count == 1)
        }
    }

    /// The client ends the handshake, so that not even a hello is sent.
    @Test func aSecretIsNotSentToAServerThatIsNotVerified() async throws {
        let own = try TLSIdentity().pin
        try await serving(nil) { server, addresses in
            let invite = try Invite(
                host: "127.0.0.1", port: addresses.tcp.port, pin: own, joinSecret: JoinSecret())
            await #expect(throws: GameClientError.self) { try await play(invite) }
            #expect(await server.world.requests.isEmpty)
            #expect(await server.statistics.refusals == 0)
        }
    }

    /// The secret opens the seat, and the resume secret keeps it.
    @Test func aPlayerComesBackWithoutTheSecret() async throws {
        let secret = JoinSecret()
        try await serving(secret) { server, addresses in
            let security = StreamSecurity.Client.tls(.pin(try #require(addresses.pin)))
            let raw = try await RawPlayer(addresses, over: security)
            let join = try Datagram(encoding: TeamGame.Join(team: "blue"))
            try await raw.connection.send(
                ClientMessage.hello(
                    encoding: ClientHello(
                        game: TeamGame.name, name: "Ann", random: raw.random,
                        secret: PresentedSecret(secret.bytes), join: join)))
            guard case .welcome(let welcome)? = try await raw.next() else {
                Issue.record("no welcome")
                return
            }
            await raw.connection.abort()
            try await until { await server.statistics.away == 1 }
            let back = try await RawPlayer.resuming(
                addresses, welcome, notices: 0, over: security, game: TeamGame.name)
            _ = try await back.resumed()
        }
    }

    @Test(arguments: [true, false])
    func aServerWithASecretHasNoPlainPort(besideAnother: Bool) async throws {
        var configuration = GameServerConfiguration(host: "127.0.0.1")
        configuration.joinSecret = JoinSecret()
        if besideAnother { configuration.plainPort = 0 } else { configuration.security = .none }
        let server = GameServer(
            world: TeamWorld(), configuration: configuration,
            network: TestNetwork.current.network)
        let text = "a join secret must not travel in the clear: a server with one has no plain port"
        await #expect(throws: GameServerError.invalidConfiguration(text)) {
            try await server.run()
        }
    }
}
