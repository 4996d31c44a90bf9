import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import Synchronization
import TestNetworks
import Testing

/// What a world learns of a player who wants to join, and join values that are none.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct JoinValueTests {
    /// Knows whoever has a ticket by it, and notes the tickets.
    private final class Members: Authenticator {
        let tickets = Mutex<[[UInt8]]>([])

        func authenticate(_ login: Login) async throws -> Account? {
            tickets.withLock { $0.append(login.ticket.bytes) }
            return login.ticket.isEmpty ? nil : Account(id: "member \(login.ticket.bytes)")
        }
    }

    private func joining<Outcome: Sendable>(
        _ addresses: ServerAddresses, as name: String, _ join: TeamGame.Join,
        _ configuration: GameClientConfiguration = GameClientConfiguration(),
        _ body: @escaping @Sendable (GameClient<TeamGame>) async throws -> Outcome
    ) async throws -> Outcome {
        try await GameClient<TeamGame>.play(
            on: "127.0.0.1", port: addresses.tcp.port, as: name, join: join,
            configuration: configuration, network: TestNetwork.current.network, body)
    }

    @Test func theWorldGetsWhatTheClientSentAndTheServerKnows() async throws {
        let members = Members()
        try await serving(TeamWorld(), authenticator: members) { server, addresses in
            let join = TeamGame.Join(team: "blue", gear: [1, 2, 3])
            var configuration = GameClientConfiguration()
            configuration.ticket = Datagram(bytes: [7])
            try await joining(addresses, as: "Ann", join, configuration) { _ in }
            configuration = GameClientConfiguration(security: .none)
            let plain = ServerAddresses(
                tcp: try #require(addresses.plain), udp: addresses.udp, plain: nil, pin: nil)
            try await joining(plain, as: "Bob", TeamGame.Join(team: "green"), configuration) { _ in
            }
            let requests = await server.world.requests
            #expect(requests.map(\.name) == ["Ann", "Bob"])
            #expect(requests.map(\.join) == [join, TeamGame.Join(team: "green")])
            #expect(requests.map(\.account) == [Account(id: "member [7]"), nil])
            #expect(requests.map(\.isEncrypted) == [true, false])
            #expect(requests.allSatisfy { $0.address.isLoopback || !addresses.tcp.isLoopback })
            #expect(requests.allSatisfy { $0.address.port > 0 })
            #expect(members.tickets.withLock { $0 } == [[7], []])
        }
    }

    @Test func aWorldRefusesByTheValue() async throws {
        try await serving(TeamWorld()) { _, addresses in
            _ = await #expect(throws: GameClientError.refused("the red team is full")) {
                try await joining(addresses, as: "Ann", TeamGame.Join(team: "red")) { _ in }
            }
        }
    }

    /// Bytes that are no value, a value cut short, one with a byte too much, and none at all.
    @Test(arguments: [[0xFF, 0xFF], [0x01], [], nil] as [[UInt8]?])
    func aMalformedValueIsRefusedAndOthersStay(bytes: [UInt8]?) async throws {
        var whole = try Datagram(encoding: TeamGame.Join(team: "blue"))
        whole.append(UInt8(0))
        let value = bytes.map { Datagram(bytes: $0) } ?? whole
        try await serving(TeamWorld()) { server, addresses in
            try await joining(addresses, as: "Ann", TeamGame.Join(team: "blue")) { client in
                let raw = try await RawPlayer(addresses)
                try await raw.say(hello: "Bob", game: TeamGame.name, join: value)
                let goodbye = try await raw.goodbye()
                #expect(goodbye?.code == .refused)
                #expect(goodbye?.text.hasPrefix("the join value is not one of this game: ") == true)
                #expect(await server.world.requests.map(\.name) == ["Ann"])
                #expect(await server.statistics.players == 1)
                #expect(client.security?.isEncrypted == true)
            }
        }
    }

    /// A game without a join value takes none.
    @Test func aValueThatTheGameDoesNotHaveIsRefused() async throws {
        try await serving { server, addresses in
            let raw = try await RawPlayer(addresses)
            try await raw.say(hello: "Bob", join: Datagram(bytes: [1]))
            #expect(try await raw.goodbye()?.code == .refused)
            #expect(await server.statistics.refusals == 1)
        }
    }

    /// The count is judged before the bytes are looked at, and before anybody is asked.
    @Test(arguments: ["a join value", "a ticket"])
    func aValueThatIsTooLongIsRefused(what: String) async throws {
        let members = Members()
        try await serving(TeamWorld(), authenticator: members) { server, addresses in
            let raw = try await RawPlayer(addresses)
            let counts: [UInt16] = what == "a ticket" ? [513] : [0, 513]
            try await raw.connection.send(
                Datagram { hello in
                    hello.append(UInt8(1))
                    hello.append(SessionFormat.version)
                    try? hello.append(TeamGame.name)
                    try? hello.append("Bob")
                    raw.random.encode(into: &hello)
                    hello.append(false)
                    for count in counts { hello.append(count) }
                    hello.appendPadding(513)
                })
            let goodbye = try await raw.goodbye()
            #expect(goodbye?.code == .protocolViolation)
            #expect(goodbye?.text.contains(what) == true && goodbye?.text.contains("512") == true)
            #expect(members.tickets.withLock { $0.isEmpty })
            #expect(await server.world.requests.isEmpty)
        }
    }

    @Test func aClientDoesNotSendAValueThatIsTooLong() async throws {
        let join = TeamGame.Join(team: String(repeating: "x", count: 600))
        try await serving(TeamWorld()) { server, addresses in
            do {
                try await joining(addresses, as: "Ann", join) { _ in }
                Issue.record("it was let in")
            } catch GameClientError.unsendable(let error) {
                #expect("\(error)".contains("a join value"))
            }
            #expect(await server.statistics.refusals == 0)
        }
    }

    /// The biggest ticket, name and value fit into one first message.
    @Test func theLargestHelloFits() async throws {
        let members = Members()
        try await serving(TeamWorld(), authenticator: members) { server, addresses in
            var join = TeamGame.Join(team: "blue")
            while try Datagram(encoding: join).count < SessionFormat.maximumJoinBytes {
                join.team += "x"
            }
            var configuration = GameClientConfiguration()
            configuration.ticket = Datagram(
                bytes: [UInt8](repeating: 9, count: SessionFormat.maximumTicketBytes))
            let name = String(repeating: "n", count: 32)
            try await joining(addresses, as: name, join, configuration) { _ in }
            #expect(await server.world.requests.map(\.join) == [join])
            #expect(members.tickets.withLock { $0.map(\.count) } == [512])
        }
    }
}
