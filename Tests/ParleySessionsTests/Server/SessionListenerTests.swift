import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// Sessions without a game: bytes go in and out.
@Suite(.timeLimit(.minutes(5))) struct SessionListenerTests {
    /// Runs a listener, and answers each request with the same bytes to all, for as long as a body
    /// takes. "Villain" is refused.
    ///
    /// - Returns: The departures that the game was told of, in order.
    private static func echoing(
        _ simulation: Simulation, _ body: @escaping @Sendable (SocketAddress) async throws -> Void
    ) async throws -> [Departure] {
        let host = simulation.host("server")
        var configuration = SessionListenerConfiguration(
            game: "bytes", schema: nil, cadence: SnapshotCadence(tickRate: 50, snapshotRate: 10))
        configuration.port = 9_000
        let listener = SessionListener(configuration: configuration, network: host) { _ in }
        let place = try await host.resolve("server", port: 9_000)[0]
        let diary = Diary()
        let isListening = Promise<Void>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await listener.run { _ in
                    isListening.fulfil(())
                    while true {
                        try await host.clock.sleep(for: .milliseconds(20))
                        let turn = await listener.takeTurn()
                        diary.departures.withLock { $0 += turn.leaves }
                        await listener.perform(try answers(to: turn))
                    }
                }
            }
            try await isListening.value()
            try await body(place)
            group.cancelAll()
        }
        let last = await listener.takeLeaves()
        return diary.departures.withLock { $0 + last }
    }

    private static func answers(to turn: SessionTurn) throws -> [SessionAction] {
        var answers: [SessionAction] = turn.joins.map { player in
            player.name == "Villain"
                ? .refuse(player.id, JoinRefusal("no villains here")) : .welcome(player.id)
        }
        for request in turn.requests {
            let message = try ServerMessage.notice(encoding: Bytes(request.payload))
            answers.append(.post(message, to: .all))
        }
        return answers
    }

    /// Connects and says hello.
    private static func greet(
        _ server: SocketAddress, as name: String, from host: any Network
    ) async throws -> Connection {
        let connection = try await ConnectionManager(network: host).connect(to: server)
        try await connection.send(
            ClientMessage.hello(encoding: ClientHello(game: "bytes", name: name)))
        return connection
    }

    @Test func bytesGoRoundWithoutAGame() throws {
        let simulation = Simulation(seed: 1)
        let departures = try simulation.run { simulation in
            try await Self.echoing(simulation) { server in
                let connection = try await Self.greet(
                    server, as: "Ann", from: simulation.host("ann"))
                var messages = connection.datagrams.makeAsyncIterator()
                guard
                    case .welcome(let welcome)? = try await messages.next().map(ServerMessage.init)
                else {
                    Issue.record("no welcome")
                    return
                }
                #expect(welcome.tickRate == 50 && welcome.snapshotRate == 10)
                let bytes = Datagram(bytes: [1, 2, 3])
                try await connection.send(ClientMessage.request(encoding: Bytes(bytes)))
                guard case .notice(let echo)? = try await messages.next().map(ServerMessage.init)
                else {
                    Issue.record("no notice")
                    return
                }
                #expect(echo == bytes)
                try await connection.send(ClientMessage.leaving)
                #expect(await messages.next() == nil)
            }
        }
        #expect(departures == [Departure(player: PlayerID(rawValue: 1), reason: .left)])
    }

    @Test func aRefusedPlayerNeverLeaves() throws {
        let simulation = Simulation(seed: 2)
        let departures = try simulation.run { simulation in
            try await Self.echoing(simulation) { server in
                let connection = try await Self.greet(
                    server, as: "Villain", from: simulation.host("villain"))
                var messages = connection.datagrams.makeAsyncIterator()
                guard
                    case .goodbye(let goodbye)? = try await messages.next().map(ServerMessage.init)
                else {
                    Issue.record("no goodbye")
                    return
                }
                #expect(goodbye == Goodbye(code: .refused, text: "no villains here"))
            }
        }
        #expect(departures.isEmpty)
    }

    @Test func playersWhoAreInLeaveWhenTheListenerEnds() throws {
        let simulation = Simulation(seed: 3)
        let departures = try simulation.run { simulation in
            try await Self.echoing(simulation) { server in
                for name in ["Ann", "Bob"] {
                    let connection = try await Self.greet(
                        server, as: name, from: simulation.host(name))
                    var messages = connection.datagrams.makeAsyncIterator()
                    _ = await messages.next()
                }
            }
        }
        #expect(departures.map(\.reason) == [.serverStopping, .serverStopping])
    }
}

/// The departures that a game was told of.
private final class Diary: Sendable {
    let departures = Mutex<[Departure]>([])
}

/// Bytes as a message's payload.
private struct Bytes: DatagramEncodable {
    let bytes: Datagram

    init(_ bytes: Datagram) { self.bytes = bytes }

    func encode(into datagram: inout Datagram) { datagram.append(contentsOf: bytes) }
}
