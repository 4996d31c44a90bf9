import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySimulation
import ParleySockets
import Synchronization
import TestSupport

extension Simulation {
    /// Runs a listener on the host "server" for as long as a body takes. Instead of a game it answers
    /// each request with the same bytes to all, and refuses "Villain".
    ///
    /// - Returns: The departures that the game was told of, in order.
    func echoing(
        authenticator: (any Authenticator)? = nil,
        configure: (inout SessionListenerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (SocketAddress) async throws -> Void
    ) async throws -> [Departure] {
        let host = host("server")
        var configuration = SessionListenerConfiguration(
            game: "bytes", schema: nil, cadence: SnapshotCadence(tickRate: 50, snapshotRate: 10))
        configuration.port = 9_000
        configuration.security = .none
        configure(&configuration)
        let listener = SessionListener(
            configuration: configuration, network: host, authenticator: authenticator
        ) { _ in }
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
                        await listener.perform(try Self.answers(to: turn))
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
        var answers: [SessionAction] = turn.joins.map(\.player).map { player in
            player.name == "Villain"
                ? .refuse(player.id, JoinRefusal("no villains here")) : .welcome(player.id)
        }
        for request in turn.requests {
            let message = try ServerMessage.notice(encoding: Bytes(request.payload))
            answers.append(.post(message, to: .all))
        }
        return answers
    }
}

/// The departures that a game was told of.
private final class Diary: Sendable {
    let departures = Mutex<[Departure]>([])
}

/// Bytes as a message's payload.
struct Bytes: DatagramEncodable {
    let bytes: Datagram

    init(_ bytes: Datagram) { self.bytes = bytes }

    func encode(into datagram: inout Datagram) { datagram.append(contentsOf: bytes) }
}

/// A peer that says hello and reads message by message.
struct Peer {
    let connection: Connection
    private var messages: Elements<Datagram>.AsyncIterator

    init(_ server: SocketAddress, as name: String, from host: any Network) async throws {
        connection = try await ConnectionManager(network: host).connect(to: server)
        try await connection.send(
            ClientMessage.hello(
                encoding: ClientHello(game: "bytes", name: name, random: SessionRandom(seed: 1))))
        messages = connection.datagrams.makeAsyncIterator()
    }

    /// The next message; nil when the connection has ended.
    mutating func next() async throws -> ServerMessage? {
        guard let datagram = await messages.next() else { return nil }
        return try ServerMessage(datagram)
    }

    /// Whether the next message is a welcome.
    mutating func isWelcome() async throws -> Bool {
        guard case .welcome? = try await next() else { return false }
        return true
    }

    /// The text of the next message if it is a goodbye.
    mutating func goodbye() async throws -> String? {
        guard case .goodbye(let goodbye)? = try await next() else { return nil }
        return goodbye.text
    }
}
