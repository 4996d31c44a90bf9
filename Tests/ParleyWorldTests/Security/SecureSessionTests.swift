import ParleySecurity
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

/// Games are encrypted and their servers verified, unless somebody asks for less by name.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct SecureSessionTests {
    @Test func aSessionIsEncryptedAndItsServerVerifiedByDefault() async throws {
        try await serving { _, addresses in
            #expect(addresses.tcp.isLoopback)
            try await playing(addresses, as: "Ann") { client in
                guard case .encrypted(let peer)? = client.security else {
                    Issue.record("\(client.security as Any)")
                    return
                }
                #expect(peer.verification == .publicKey)
                #expect(peer.key != nil && peer.key == addresses.pin)
                #expect(await client.snapshots.first { _ in true } != nil)
            }
        }
    }

    @Test(.systemOnly("all hosts of a simulation are one machine"))
    func aServerWithoutSettingsIsReachedFromThisMachineOnly() async throws {
        let server = GameServer(world: WalkWorld())
        let running = startTask { try await server.run() }
        #expect(try await server.ready().tcp.isLoopback)
        #expect(try await server.ready().udp.isLoopback)
        running.cancel()
        try await running.value
    }

    @Test(.systemOnly("all hosts of a simulation are one machine"), arguments: ["0.0.0.0", "::"])
    func listeningBeyondThisMachineNeedsAnIdentity(host: String) async throws {
        let server = GameServer(
            world: WalkWorld(), configuration: GameServerConfiguration(host: host))
        await #expect(throws: ListenError.needsIdentity(host: host)) { try await server.run() }
        await #expect(throws: ListenError.needsIdentity(host: host)) { try await server.ready() }
        let text = ListenError.needsIdentity(host: host).description
        #expect(text.contains(".tls(TLSIdentity(keptIn: file))") && text.contains(".none"))
    }

    @Test func anInviteOpensTheGame() async throws {
        let identity = try TLSIdentity()
        try await serving(configure: { $0.security = .tls(identity) }) { _, addresses in
            let invite = try Invite(
                host: "127.0.0.1", port: addresses.tcp.port, pin: try #require(addresses.pin))
            #expect(invite.pin == identity.pin)
            let read = try Invite("\(invite)")
            try await playing(
                addresses, as: "Ann", configuration: .init(security: .invite(read))
            ) { client in
                #expect(client.security?.isEncrypted == true)
            }
        }
    }

    /// The client ends the handshake, so that not even a hello is sent.
    @Test func aServerThatTheInviteDoesNotNameGetsNothing() async throws {
        let invited = try TLSIdentity().pin
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let offered = try TLSIdentity()
            let listener = try await manager.listen(security: .tls(offered))
            let port = listener.localAddress.port
            let invite = try Invite(host: "127.0.0.1", port: port, pin: invited)
            let error = try await failure(
                at: port, GameClientConfiguration(security: .invite(invite)))
            guard case .cannotConnect(.security(let reason)) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.tls == .wrongKey(expected: invited, offered: offered.pin))
            #expect("\(error)".contains("not verified"))
            try await until { await listener.statistics.handshakesFailed == 1 }
            #expect(await listener.statistics.accepted == 0)
        }
    }

    /// A server's operator sees that handshakes fail, although no player came of them.
    @Test func handshakesThatFailAreCounted() async throws {
        try await serving { server, addresses in
            let other = try TLSIdentity().pin
            for count in 1...3 as ClosedRange<UInt64> {
                _ = try await failure(
                    at: addresses.tcp.port, GameClientConfiguration(security: .tls(.pin(other))))
                try await until { await server.statistics.failedHandshakes == count }
            }
            try await playing(addresses, as: "Ann") { _ in }
            let statistics = await server.statistics
            #expect(statistics.failedHandshakes == 3 && statistics.refusals == 0)
        }
    }

    @Test func aPlainClientIsToldThatTheServerEncrypts() async throws {
        try await serving { server, addresses in
            let error = try await failure(
                at: addresses.tcp.port, GameClientConfiguration(security: .none))
            guard case .refused(let text) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(text.contains("this server encrypts"))
            try await until { await server.statistics.failedHandshakes == 1 }
            #expect(await server.statistics.players == 0)
        }
    }

    @Test func anEncryptedClientIsToldThatTheServerDoesNot() async throws {
        let pin = try TLSIdentity().pin
        try await serving(configure: { $0.security = .none }) { server, addresses in
            let port = addresses.tcp.port
            #expect(addresses.pin == nil)
            let error = try await failure(
                at: port, GameClientConfiguration(security: .tls(.pin(pin))))
            #expect("\(error)".hasPrefix("this server does not encrypt: "))
            #expect(await server.events.nextRefusal()?.text == "this port does not encrypt")
            let automatic = try await failure(at: port, GameClientConfiguration())
            let none = "no encrypted server of this user runs at port \(port)"
            // A server that was killed may have left its key for the port.
            #expect("\(automatic)".contains(none) || "\(automatic)".hasPrefix("\(error)"))
            try await playing(
                addresses, as: "Ann", configuration: GameClientConfiguration(security: .none)
            ) { client in
                #expect(client.security == .plain)
            }
        }
    }

    /// A secret that was read on a plain way must not open an encrypted session, nor the other way round.
    @Test(arguments: [false, true])
    func aSessionGoesOnOnlyOverTheSecurityItBeganWith(isEncrypted: Bool) async throws {
        let (own, other): (StreamSecurity.Client, StreamSecurity.Client) =
            isEncrypted ? (.automatic, .none) : (.none, .automatic)
        try await serving(configure: { $0.reconnectGrace = .seconds(600) }) { server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses, over: own)
            #expect(try await player.notices(1) == ["welcome"])
            await player.connection.abort()
            try await until { await server.statistics.away == 1 }
            let thief = try await RawPlayer.resuming(addresses, welcome, notices: 1, over: other)
            let goodbye = try await thief.goodbye()
            #expect(goodbye == Goodbye(code: .notResumed, text: "there is no such session"))
            #expect(await server.statistics.away == 1)
            let back = try await RawPlayer.resuming(addresses, welcome, notices: 1, over: own)
            _ = try await back.resumed()
        }
    }

    /// The error of a client that is not let in. It comes within a second.
    private func failure(
        at port: UInt16, _ configuration: GameClientConfiguration
    ) async throws -> GameClientError {
        let network = TestNetwork.current.network
        let client = GameClient<WalkGame>(
            server: "127.0.0.1", port: port, name: "Ann", configuration: configuration,
            network: network)
        let begin = network.clock.now
        do {
            try await client.run()
        } catch let error as GameClientError {
            // A busy machine has no second; virtual time has.
            if TestNetwork.current.isSimulated {
                #expect(begin.duration(to: network.clock.now) < .seconds(1))
            }
            return error
        }
        throw JoinRefusal("it was let in")
    }
}

/// Games between the hosts of a simulation, which verify each other without a setting.
@Suite(.timeLimit(.minutes(5))) struct SecureSimulationTests {
    private func run(seed: UInt64, _ security: StreamSecurity.Client = .automatic) throws -> UInt64
    {
        let simulation = Simulation(seed: seed, links: .lte)
        try simulation.serving { _, addresses in
            try await GameClient<WalkGame>.play(
                on: "server", port: addresses.tcp.port, as: "Ann",
                configuration: GameClientConfiguration(security: security),
                network: simulation.host("ann")
            ) { client in
                #expect(client.security?.isEncrypted == true)
                #expect(await client.snapshots.first { _ in true } != nil)
            }
        }
        return simulation.traceHash
    }

    @Test func theSameSeedIsTheSameTrace() throws {
        let first = try run(seed: 3)
        #expect(try run(seed: 3) == first)
        #expect(try run(seed: 4) != first)
    }

    @Test func aServerOfAnotherHostHasToHaveTheKey() throws {
        let pin = try TLSIdentity().pin
        #expect(throws: GameClientError.self) { try run(seed: 3, .tls(.pin(pin))) }
    }
}
