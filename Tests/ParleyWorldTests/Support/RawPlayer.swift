import ParleyDatagrams
import ParleySockets
import ParleyWorld
import Synchronization
import TestNetworks
import Testing

/// A peer that speaks the session protocol message by message, and may break it. By default it comes in
/// at the plain port, where there is one.
final class RawPlayer: Sendable {
    let manager: ConnectionManager
    let connection: Connection
    let socket: DatagramSocket
    let server: ServerAddresses
    /// What a batch brought beyond the message that was asked for.
    private let unread = Mutex<[Datagram]>([])

    init(
        _ server: ServerAddresses, over security: StreamSecurity.Client = .none,
        network: any Network = TestNetwork.current.network
    ) async throws {
        manager = ConnectionManager(network: network)
        let address = security == .none ? server.plain ?? server.tcp : server.tcp
        connection = try await manager.connect(
            to: address.host, port: address.port, security: security)
        socket = try await manager.openUDP(host: server.tcp.isLoopback ? "127.0.0.1" : nil)
        self.server = server
    }

    /// Connects and is let in.
    static func joined(
        _ server: ServerAddresses, as name: String = "Raw", game: String = WalkGame.name,
        schema: UInt64? = nil, over security: StreamSecurity.Client = .none,
        network: any Network = TestNetwork.current.network
    ) async throws -> (RawPlayer, ServerWelcome) {
        let player = try await RawPlayer(server, over: security, network: network)
        try await player.say(hello: name, game: game, schema: schema)
        guard case .welcome(let welcome)? = try await player.next() else {
            throw JoinRefusal("no welcome")
        }
        return (player, welcome)
    }

    func say(
        hello name: String, game: String = WalkGame.name, schema: UInt64? = nil
    ) async throws {
        let hello = ClientHello(game: game, name: name, schema: schema)
        try await connection.send(ClientMessage.hello(encoding: hello))
    }

    /// Connects anew and asks to go on with a session.
    static func resuming(
        _ server: ServerAddresses, _ welcome: ServerWelcome, attempt: UInt32 = 1, notices: UInt64,
        schema: UInt64? = nil, over security: StreamSecurity.Client = .none
    ) async throws -> RawPlayer {
        let player = try await RawPlayer(server, over: security)
        let resume = SessionResume(
            player: welcome.player, token: welcome.token, attempt: attempt, notices: notices,
            game: WalkGame.name, schema: schema)
        try await player.connection.send(ClientMessage.resume(encoding: resume))
        return player
    }

    func request(_ text: String) async throws {
        try await connection.send(ClientMessage.request(encoding: WalkGame.Request(text)))
    }

    /// The texts of the next notices.
    func notices(_ count: Int) async throws -> [String] {
        var texts: [String] = []
        while texts.count < count, case .notice(let payload)? = try await next() {
            texts.append(try payload.decoded(WalkGame.Notice.self).text)
        }
        return texts
    }

    func send(_ bytes: [UInt8]) async throws {
        try await connection.send(Datagram(bytes: bytes))
    }

    func next() async throws -> ServerMessage? {
        while true {
            let first = unread.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let first { return try ServerMessage(first) }
            var batches = connection.batches.makeAsyncIterator()
            guard let batch = await batches.next() else { return nil }
            unread.withLock { $0.append(contentsOf: batch) }
        }
    }

    /// Reads to the goodbye, nil when the connection ends without one.
    func goodbye() async throws -> Goodbye? {
        while let message = try await next() {
            if case .goodbye(let goodbye) = message { return goodbye }
        }
        return nil
    }

    func ping(_ token: SessionToken, mark: UInt32 = 1) async throws {
        try await socket.send(ClientPacket.ping(mark: mark, token: token), to: server.udp)
    }

    func command(_ step: Int32, sequence: UInt32, token: SessionToken) async throws {
        let command = WalkGame.Command(step: step)
        let packet = try ClientPacket.command(
            encoding: command, sequence: sequence, token: token)
        try await socket.send(packet, to: server.udp)
    }

    /// Pings until answered: the server knows this socket's address then.
    func bind(_ token: SessionToken) async throws {
        try await ping(token)
        for await received in socket.datagrams {
            if case .pong = try ServerPacket(received.datagram) { return }
        }
    }
}
