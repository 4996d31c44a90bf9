import ParleyDatagrams
import ParleySimulation
import ParleySockets
import ParleyWorld
import Synchronization
import TestNetworks
import TestSupport
import Testing

/// The limits that a configuration sets, and what they are without one.
@Suite(.timeLimit(.minutes(5))) struct ServerLimitsTests {
    /// A regular predicting client sends a packet for each tick.
    @Test(arguments: [(20, 240), (60, 240), (240, 960), (1_000, 4_000)])
    func aFastGameAllowsMoreDatagrams(tickRate: Int, datagrams: Int) {
        var configuration = GameServerConfiguration(tickRate: tickRate)
        #expect(configuration.playerLimits.datagramsPerSecond == datagrams)
        #expect(configuration.playerLimits.datagramBytesPerSecond == datagrams * 400)
        configuration.maximumDatagramsPerSecond = 7
        configuration.maximumDatagramBytesPerSecond = 9
        #expect(configuration.playerLimits.datagramsPerSecond == 7)
        #expect(configuration.playerLimits.datagramBytesPerSecond == 9)
    }

    /// A school behind one address.
    @Test(arguments: [(3, 3), (100, 70)])
    func connectionsFromOneAddressAreLimitedAsConfigured(limit: Int, admitted: Int) throws {
        let simulation = Simulation(seed: 1)
        try simulation.serving(
            configure: {
                $0.maximumPlayers = 100
                $0.connectionLimits.connectionsPerAddress = limit
            }
        ) { server, addresses in
            let school = simulation.host("school")
            var players: [RawPlayer] = []
            for number in 0..<70 {
                let player = try await RawPlayer(addresses, network: school)
                try? await player.say(hello: "Pupil \(number)")
                players.append(player)
            }
            try await until { await server.statistics.players == admitted }
            // Connections beyond the limit are closed without an answer.
            for player in players.dropFirst(admitted) {
                #expect(try await player.next() == nil)
            }
        }
    }

    /// In an overload that lasts every round of the watch is late.
    @Test func timeoutsComeInAnOverloadToo() throws {
        let simulation = Simulation(seed: 2)
        try simulation.serving(configure: { $0.helloTimeout = .seconds(1) }) { _, addresses in
            let silent = try await RawPlayer(addresses, network: simulation.host("silent"))
            let began = simulation.clock.now
            let pausing = startTask {
                for _ in 0..<100 where !Task.isCancelled {
                    simulation.host("server").pause(for: .milliseconds(110))
                    try? await simulation.clock.sleep(for: .milliseconds(120))
                }
            }
            let goodbye = try await silent.goodbye()
            #expect(goodbye?.code == .idle)
            #expect(began.duration(to: simulation.clock.now) < .seconds(5))
            pausing.cancel()
            await pausing.value
        }
    }

    /// What came while the server stood still is read before a player is blamed.
    @Test func aPauseOfTheServerIsNoSilenceOfItsPlayers() throws {
        let simulation = Simulation(seed: 3)
        try simulation.serving(configure: { $0.playerTimeout = .seconds(2) }) {
            server, addresses in
            let (player, _) = try await RawPlayer.joined(
                addresses, network: simulation.host("ann"))
            try await player.bind()
            simulation.host("server").pause(for: .seconds(5))
            for _ in 0..<5 {
                try await player.ping()
                try await simulation.clock.sleep(for: .seconds(1))
            }
            try await player.bind()
            let statistics = await server.statistics
            #expect(statistics.players == 1)
            #expect(statistics.away == 0)
        }
    }

    /// A network of several loops hands them out in turn; a server asks for one only.
    @Test func aServerLivesOnOneLoop() async throws {
        let network = CountingNetwork(SystemNetwork(threads: 3))
        try await serving(network: network) { _, addresses in
            _ = try await RawPlayer.joined(addresses, network: SystemNetwork())
            #expect(network.loopsHandedOut == 1)
        }
    }
}

/// What a joined player sends over TCP is bounded before it is decoded.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct MessageSizeTests {
    @Test func aRequestThatIsTooLongEndsTheSession() async throws {
        let world = WalkWorld()
        try await serving(world, configure: { $0.maximumRequestBytes = 100 }) {
            server, addresses in
            let (player, _) = try await RawPlayer.joined(addresses)
            try await player.request(String(repeating: "x", count: 98))
            try await until { await server.statistics.requests == 1 }
            try await player.request(String(repeating: "x", count: 99))
            let goodbye = try await player.goodbye()
            #expect(goodbye?.code == .protocolViolation)
            #expect(goodbye?.text == "a request of more than 100 bytes")
            #expect(await world.requests.count == 1)
        }
    }

    @Test func aFirstMessageThatIsTooLongIsNotRead() async throws {
        try await serving { _, addresses in
            let player = try await RawPlayer(addresses)
            try await player.say(hello: String(repeating: "x", count: 3_000))
            let goodbye = try await player.goodbye()
            #expect(goodbye?.code == .protocolViolation)
            #expect(goodbye?.text == "a first message has at most 2048 bytes")
        }
    }

    /// A connection may be lost in the middle of a message, too.
    @Test func aConnectionThatIsCutOffIsLostAndNoViolation() async throws {
        try await serving { server, addresses in
            let manager = ConnectionManager(network: TestNetwork.current.network)
            let connection = try await manager.connect(
                to: addresses.plain ?? addresses.tcp, options: ConnectionOptions(framing: .raw))
            let hello = try ClientMessage.hello(
                encoding: ClientHello(
                    game: WalkGame.name, name: "Ann", random: SessionRandom(seed: 1)))
            try await connection.send(
                Datagram {
                    $0.append(UInt16(hello.count))
                    $0.append(contentsOf: hello)
                })
            try await until { await server.statistics.players == 1 }
            try await connection.send(Datagram(bytes: [255, 0, 2, 9]))
            await connection.close()
            let away = await server.events.first {
                switch $0 {
                case .playerDisconnected, .playerLeft: true
                default: false
                }
            }
            guard case .playerDisconnected(let player)? = away else {
                Issue.record("instead: \(String(describing: away))")
                return
            }
            #expect(player.name == "Ann")
            #expect(await server.statistics.away == 1)
        }
    }

    /// A peer's text reaches logs and other peers bounded and printable.
    @Test func textsOfAnEndingAreSafeToLog() async throws {
        try await serving { server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses)
            let text = "\u{1B}[2J\u{202E}" + String(repeating: "x", count: 5_000)
            await server.kick(welcome.player, because: text)
            let shown = "\\u{1B}[2J\\u{202E}" + String(repeating: "x", count: 980) + "…"
            #expect(await server.events.nextLeave() == .kicked(shown))
            #expect(try await player.goodbye()?.text == shown)
            #expect(shown.utf8.count == 1_000)
        }
    }

    @Test func aRefusedGamesNameIsEscaped() async throws {
        try await serving { server, addresses in
            let player = try await RawPlayer(addresses)
            try await player.say(hello: "Ann", game: "w\u{202E}\u{2028}")
            let text = "this server plays \"walk\", the client \"w\\u{202E}\\u{2028}\""
            #expect(await server.events.nextRefusal() == Goodbye(code: .refused, text: text))
        }
    }
}

/// The system's network, which counts how many loops were asked for.
private final class CountingNetwork: Network {
    private let network: SystemNetwork
    private let count = Atomic<Int>(0)

    init(_ network: SystemNetwork) { self.network = network }

    var loopsHandedOut: Int { count.load(ordering: .relaxed) }
    var clock: any NetworkClock { network.clock }

    func nextLoop() -> any NetworkLoop {
        count.add(1, ordering: .relaxed)
        return network.nextLoop()
    }

    func resolve(_ host: String, port: UInt16) async throws(ResolveError) -> [SocketAddress] {
        try await network.resolve(host, port: port)
    }

    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        network.makeRandomNumberGenerator()
    }

    func interfaces() -> [NetworkInterface] { network.interfaces() }
}
