import ParleyDatagrams
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct AdmissionTests {
    @Test func sameNamesGetNumbers() async throws {
        try await serving { _, addresses in
            let (_, first) = try await RawPlayer.joined(addresses, as: "Ann")
            let (_, second) = try await RawPlayer.joined(addresses, as: "Ann")
            #expect(first.name == "Ann" && second.name == "Ann 2")
            #expect(first.player != second.player && first.session != second.session)
            #expect(first.udpPort == addresses.udp.port)
            #expect(first.tickRate == 60 && first.snapshotRate == 20)
        }
    }

    @Test(arguments: [
        ("walk", UInt16(9), "Ann", "this server speaks session protocol 2, the client 9"),
        ("chess", 2, "Ann", "this server plays \"walk\", the client \"chess\""),
        ("walk", 2, "", "a name needs at least one character"),
        ("walk", 2, "A\nnn", "a name has no control or invisible characters"),
        (
            "walk", 2, String(repeating: "x", count: 33),
            "a name has at most 32 bytes of UTF-8, this one has 33"
        ),
        ("walk", 2, "Villain", "no villains here"),
    ])
    func whoDoesNotFitIsTold(
        game: String, version: UInt16, name: String, text: String
    ) async throws {
        try await serving { server, addresses in
            let player = try await RawPlayer(addresses)
            let hello = ClientHello(
                version: version, game: game, name: name, random: player.random)
            try await player.connection.send(ClientMessage.hello(encoding: hello))
            let expected = Goodbye(code: .refused, text: text)
            #expect(try await player.goodbye() == expected)
            #expect(await server.events.nextRefusal() == expected)
            #expect(await server.statistics.players == 0)
        }
    }

    @Test func aFullServerRefusesUntilAPlayerLeaves() async throws {
        try await serving(configure: { $0.maximumPlayers = 1 }) { server, addresses in
            let (first, _) = try await RawPlayer.joined(addresses)
            await #expect(throws: GameClientError.refused("the server is full: 1 players")) {
                try await playing(addresses, as: "Bob") { _ in }
            }
            try await first.connection.send(ClientMessage.leaving)
            #expect(await server.events.nextLeave() == .left)
            try await playing(addresses, as: "Bob") { _ in }
        }
    }

    @Test func aRefusedSeatIsFreeAgain() async throws {
        try await serving(configure: { $0.maximumPlayers = 1 }) { _, addresses in
            for _ in 0..<3 {
                await #expect(throws: GameClientError.refused("no villains here")) {
                    try await playing(addresses, as: "Villain") { _ in }
                }
            }
            try await playing(addresses, as: "Bob") { _ in }
        }
    }

    @Test func aConnectionWithoutAHelloIsClosed() async throws {
        try await serving(configure: { $0.helloTimeout = .milliseconds(100) }) { _, addresses in
            let silent = try await RawPlayer(addresses)
            #expect(try await silent.goodbye()?.code == .idle)
        }
    }

    @Test func halfAHelloIsNoHello() async throws {
        try await serving(configure: { $0.helloTimeout = .seconds(2) }) { _, addresses in
            var options = ConnectionOptions()
            options.framing = .raw
            let connection = try await ConnectionManager(network: TestNetwork.current.network)
                .connect(to: addresses.plain ?? addresses.tcp, options: options)
            // A frame of 20 bytes is announced, and 3 come. (A machine so busy that the server gives
            // up before they are sent gives the same result.)
            try? await connection.send(Datagram(bytes: [20, 0, 1, 1, 0]))
            var last: UInt8?
            for await bytes in connection.datagrams { last = bytes.bytes.last ?? last }
            #expect(last == UInt8(ascii: "s"))
            try await playing(addresses, as: "Bob") { _ in }
        }
    }

    @Test func theOldestPendingConnectionIsClosedForANewOne() async throws {
        try await serving(
            configure: {
                $0.maximumPendingHellos = 2
                $0.helloTimeout = .seconds(50)
            }
        ) { _, addresses in
            try await withThrowingTaskGroup(of: GoodbyeCode?.self) { group in
                for _ in 0..<3 {
                    let silent = try await RawPlayer(addresses)
                    group.addTask { try await silent.goodbye()?.code }
                }
                #expect(try await group.next() == .refused)
                try await playing(addresses, as: "Ann") { _ in }
                group.cancelAll()
            }
        }
    }

    @Test func requestsBeforeTheWelcomeWait() async throws {
        let world = WalkWorld()
        try await serving(world) { _, addresses in
            let player = try await RawPlayer(addresses)
            try await player.say(hello: "Ann")
            let request = WalkGame.Request("early")
            try await player.connection.send(ClientMessage.request(encoding: request))
            try await until { await world.requests == ["early"] }
        }
    }

    @Test func portZeroIsReportedAndAPortInUseIsAnError() async throws {
        try await serving { _, addresses in
            #expect(addresses.tcp.port != 0 && addresses.udp.port != 0)
            let second = GameServer(
                world: WalkWorld(),
                configuration: GameServerConfiguration(
                    host: "127.0.0.1", port: addresses.tcp.port),
                network: TestNetwork.current.network)
            await #expect(throws: OpenError.self) { try await second.run() }
            await #expect(throws: OpenError.self) { try await second.ready() }
            await #expect(throws: GameServerError.alreadyRun) { try await second.run() }
        }
    }

    @Test(arguments: [(0, 20, 4), (60, 0, 4), (20, 60, 4), (60, 20, 0), (5_000, 20, 1)])
    func nonsensicalConfigurationsAreRefused(tickRate: Int, snapshotRate: Int, players: Int) async {
        let server = GameServer(
            world: WalkWorld(),
            configuration: GameServerConfiguration(
                tickRate: tickRate, snapshotRate: snapshotRate, maximumPlayers: players),
            network: TestNetwork.current.network)
        await #expect(throws: GameServerError.self) { try await server.run() }
        #expect(await server.events.first { _ in true } == nil)
    }
}
