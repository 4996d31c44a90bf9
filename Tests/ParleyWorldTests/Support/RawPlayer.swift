import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import Synchronization
import TestNetworks
import TestSupport
import Testing

/// A peer that speaks the session protocol message by message, and may break it. By default it comes in
/// at the plain port, where there is one.
final class RawPlayer: Sendable {
    let manager: ConnectionManager
    let connection: Connection
    let socket: DatagramSocket
    let server: ServerAddresses
    let clock: any NetworkClock
    /// This end's part of the keys.
    let random: SessionRandom
    private let begun = Mutex<RawPackets?>(nil)
    /// What a batch brought beyond the message that was asked for.
    private let unread = Mutex<[Datagram]>([])

    init(
        _ server: ServerAddresses, over security: StreamSecurity.Client = .none,
        network: any Network = TestNetwork.current.network
    ) async throws {
        manager = ConnectionManager(network: network)
        clock = network.clock
        var generator = network.makeRandomNumberGenerator()
        random = SessionRandom(using: &generator)
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
        try player.begin(RawPackets(welcome, random: player.random, at: player.clock.now))
        return (player, welcome)
    }

    func say(
        hello name: String, game: String = WalkGame.name, join: Datagram = Datagram(),
        schema: UInt64? = nil
    ) async throws {
        let hello = ClientHello(
            game: game, name: name, random: random, join: join, schema: schema)
        try await connection.send(ClientMessage.hello(encoding: hello))
    }

    /// Connects anew and asks to go on with a session.
    static func resuming(
        _ server: ServerAddresses, _ welcome: ServerWelcome, attempt: UInt32 = 1, notices: UInt64,
        schema: UInt64? = nil, over security: StreamSecurity.Client = .none,
        game: String = WalkGame.name, network: any Network = TestNetwork.current.network
    ) async throws -> RawPlayer {
        let player = try await RawPlayer(server, over: security, network: network)
        let resume = SessionResume(
            player: welcome.player, secret: welcome.secret, attempt: attempt, notices: notices,
            random: player.random, game: game, schema: schema)
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

    /// The next message that is no packet of the tunnel.
    func next() async throws -> ServerMessage? {
        while let message = try await nextOfAll() {
            if case .packet = message { continue }
            return message
        }
        return nil
    }

    /// The next message.
    func nextOfAll() async throws -> ServerMessage? {
        while true {
            let first = unread.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let first { return try ServerMessage(first) }
            var batches = connection.batches.makeAsyncIterator()
            guard let batch = await batches.next() else { return nil }
            unread.withLock { $0.append(contentsOf: batch) }
        }
    }

    /// The answer to a resume; an error if it is another message.
    func resumed() async throws -> SessionResumed {
        guard case .resumed(let resumed)? = try await next() else {
            throw JoinRefusal("not resumed")
        }
        return resumed
    }

    /// Reads to the goodbye, nil when the connection ends without one.
    func goodbye() async throws -> Goodbye? {
        while let message = try await next() {
            if case .goodbye(let goodbye) = message { return goodbye }
        }
        return nil
    }
}

// MARK: - UDP

extension RawPlayer {
    /// The packets of the session; an error before the welcome.
    var packets: RawPackets {
        get throws {
            guard let packets = begun.withLock({ $0 }) else { throw JoinRefusal("no session") }
            return packets
        }
    }

    /// A session begins, or goes on here.
    func begin(_ packets: RawPackets?) throws {
        guard let packets else { throw JoinRefusal("unknown cipher") }
        begun.withLock { $0 = packets }
    }

    func send(packet: Datagram) async throws {
        try await socket.send(packet, to: server.udp)
    }

    func ping(mark: UInt32 = 1) async throws {
        try await send(packet: try packets.ping(mark: mark, at: clock.now))
    }

    func command(_ step: Int32, sequence: UInt32) async throws {
        let command = WalkGame.Command(step: step)
        try await send(packet: try packets.command(command, sequence: sequence, at: clock.now))
    }

    /// The frames of the next packet that is the server's. Challenges in it are answered.
    func nextFrames() async throws -> PacketFrames? {
        for await received in socket.datagrams {
            var replies: [Datagram] = []
            let frames = try? packets.open(received.datagram, at: clock.now, replies: &replies)
            for reply in replies { try await send(packet: reply) }
            if let frames { return frames }
        }
        return nil
    }

    /// The next payload.
    func nextPayload() async throws -> ServerPayload? {
        while let frames = try await nextFrames() {
            if let payload = frames.payload { return try ServerPayload(payload) }
        }
        return nil
    }

    /// Pings, and waits for a packet: the server knows this socket's address then. The answer itself may come
    /// through the tunnel.
    func bind() async throws {
        try await ping()
        _ = try await nextFrames()
    }
}
