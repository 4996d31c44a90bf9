import CBenchmarkBaseline
import Foundation
import Parley
import ParleyDatagrams
import ParleyProtocol
import ParleyWorld
import Synchronization
import TestSupport

/// Many clients in one process that do as little as a client can: a packet of commands for each tick,
/// in which the newest snapshots are acknowledged. Their own load is not measured.
enum PlayLoad {
    /// A client's side of UDP.
    struct Client {
        let socket: Int32
        let number: Int
        /// Nil for a client that only sends bytes.
        let packets: RawPackets?
        var newest: UInt16?
        var history: UInt64 = 0
        /// When which tick was the server's newest.
        var tick: UInt32 = 0
        var tickTime: Int64 = 0
        var acknowledged: UInt32 = 0
        var packet: UInt8 = 0
    }

    private static let period: Int64 = 1_000_000_000 / Int64(PlayServer.tickRate)
    /// Ticks that a command is there before its turn.
    private static let margin = 4.0

    /// Connects, joins and plays, until the process ends; counts the bytes of snapshots.
    ///
    /// With `raw` no client joins, and each packet has as many bytes as a client's.
    static func play(_ arguments: RoleArguments) async throws {
        let count = arguments["clients"]
        if arguments["raw"] > 0 {
            let clients = open(arguments["port"], [RawPackets?](repeating: nil, count: count))
            RoleProcess.ready()
            keepSending(clients, rawBytes: arguments["raw"])
        }
        try await ConnectionManager.run { manager in
            // Who has joined plays at once, as real clients do.
            let newcomers = Newcomers()
            Thread.detachNewThread { keepSending([], rawBytes: 0, newcomers: newcomers) }
            let joined = try await join(manager, arguments, newcomers)
            // Anybody on the way reads the numbers of the sessions.
            let sessions = joined.enumerated().map { index, player in
                ("session\(index)", Int64(player.packets.session.rawValue))
            }
            RoleProcess.say(Dictionary(uniqueKeysWithValues: [("port", 0)] + sessions))
            try await Task.sleep(for: .seconds(3_600))
            withExtendedLifetime(joined) {}
        }
    }

    /// Clients that have joined or left, for the thread that sends.
    final class Newcomers: Sendable {
        private let waiting = Mutex<[Client]>([])
        private let leavers = Mutex<Set<ObjectIdentifier>>([])

        func add(_ clients: [Client]) { waiting.withLock { $0 += clients } }

        /// Ends the client of these packets.
        func leave(_ packets: RawPackets) {
            _ = leavers.withLock { $0.insert(ObjectIdentifier(packets)) }
        }

        /// Brings the clients up to date.
        func update(_ clients: inout [Client]) {
            clients += waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            let gone = leavers.withLock { leavers in
                defer { leavers = [] }
                return leavers
            }
            guard !gone.isEmpty else { return }
            clients.removeAll { client in
                guard let packets = client.packets, gone.contains(ObjectIdentifier(packets)) else {
                    return false
                }
                close(client.socket)
                return true
            }
        }
    }

    struct Joined: Sendable {
        let packets: RawPackets
        let port: Int
        let connection: Connection
    }

    /// Joins all clients, a hundred at a time: the server disconnects clients that are silent for ten
    /// seconds.
    private static func join(
        _ manager: ConnectionManager, _ arguments: RoleArguments, _ newcomers: Newcomers
    ) async throws -> [Joined] {
        var all: [Joined] = []
        let count = arguments["clients"]
        for first in stride(from: 0, to: count, by: 100) {
            let joined = try await withThrowingTaskGroup(of: Joined.self) { group in
                for number in first..<min(first + 100, count) {
                    group.addTask { try await join(manager, number, arguments) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            newcomers.add(open(joined.first?.port ?? 0, joined.map(\.packets), from: all.count))
            all += joined
        }
        return all
    }

    /// Joins with one player.
    static func join(
        _ manager: ConnectionManager, _ number: Int, _ arguments: RoleArguments
    ) async throws -> Joined {
        let hello = ClientHello(
            game: Throng.name, name: "player \(number)", random: SessionRandom(seed: 0),
            schema: Throng.schema.hash)
        return try await join(
            manager, port: arguments["port"], number: number, hello,
            security: arguments["sealed"] == 1 ? .automatic : .none)
    }

    /// The same, by a hello of the caller's. Its random bytes follow from the player's number.
    static func join(
        _ manager: ConnectionManager, port: Int, number: Int, _ hello: ClientHello,
        security: StreamSecurity.Client = .none
    ) async throws -> Joined {
        let connection = try await manager.connect(
            to: "127.0.0.1", port: UInt16(port), security: security)
        let random = SessionRandom(seed: UInt64(number))
        var hello = hello
        hello.random = random
        try await connection.send(ClientMessage.hello(encoding: hello))
        for await datagram in connection.datagrams {
            guard case .welcome(let welcome) = try ServerMessage(datagram),
                let packets = RawPackets(welcome, random: random, at: now)
            else { continue }
            return Joined(
                packets: packets, port: Int(welcome.udpPort), connection: connection)
        }
        throw CancellationError()
    }

    static func open(
        _ port: Int, _ packets: [RawPackets?], from first: Int = 0
    ) -> [Client] {
        let sockets = bench_udp_many(Int32(port), Int32(packets.count))
        return packets.indices.compactMap { index in
            sockets.map {
                Client(socket: $0[index], number: first + index, packets: packets[index])
            }
        }
    }

    private static var now: NetworkInstant { NetworkInstant(nanoseconds: bench_now()) }

    /// Each client in its turn, evenly over the time of a tick.
    static func keepSending(
        _ clients: [Client], rawBytes: Int, newcomers: Newcomers? = nil
    ) {
        var clients = clients
        let step = 16
        var next = bench_now()
        while true {
            newcomers?.update(&clients)
            guard !clients.isEmpty else {
                next += period
                bench_sleep_until(next)
                continue
            }
            for first in stride(from: 0, to: clients.count, by: step) {
                for index in first..<min(first + step, clients.count) {
                    receive(&clients[index], isRaw: rawBytes > 0)
                    if rawBytes > 0 {
                        sendRaw(clients[index], rawBytes)
                    } else {
                        send(&clients[index], number: clients[index].number)
                    }
                }
                next += period * Int64(step) / Int64(clients.count)
                bench_sleep_until(next)
            }
        }
    }

    private static func receive(_ client: inout Client, isRaw: Bool) {
        withUnsafeTemporaryAllocation(byteCount: 2_048, alignment: 8) { room in
            while true {
                let count = recv(client.socket, room.baseAddress, room.count, 0)
                guard count > 0 else { return }
                bench_count(Int64(count))
                if !isRaw { note(Datagram(bytes: Array(room[..<count])), &client) }
            }
        }
    }

    /// Reads no more of a packet than its tick and its number: the load is not to be the limit.
    private static func note(_ bytes: Datagram, _ client: inout Client) {
        var replies: [Datagram] = []
        guard let opened = try? DatagramFraming.checksummed.open(bytes),
            let frames = try? client.packets?.open(opened, at: now, replies: &replies)
        else { return }
        for reply in replies { send(reply, of: client) }
        guard let payload = frames.payload, payload.kind == .worldSnapshot else { return }
        var reader = payload.bytes.reader
        guard let length: UInt8 = try? reader.read(), let tick: UInt32 = try? reader.read(),
            (try? reader.skip(Int(length) - 4)) != nil,
            let sequence: UInt16 = try? reader.read()
        else { return }
        if tick > client.tick { (client.tick, client.tickTime) = (tick, bench_now()) }
        guard let newest = client.newest else {
            client.newest = sequence
            return
        }
        // On this way nothing overtakes.
        let step = UInt64(sequence &- newest)
        client.history = step < 64 ? client.history << step | 1 << (step - 1) : 0
        client.newest = sequence
    }

    private static func send(_ client: inout Client, number: Int) {
        let now = bench_now()
        let ahead = Double(now - client.tickTime) / Double(period) + margin
        let tick = client.tick == 0 ? 1 : client.tick + UInt32(ahead)
        guard tick > client.acknowledged else { return }
        client.acknowledged = tick
        // Hands that change a few times a second.
        let turn = { (tick: UInt32) in
            Int16(truncatingIfNeeded: Int(tick / 20) * 37 % 400 + number)
        }
        let commands = [Throng.Command(turn: turn(tick &- 1)), Throng.Command(turn: turn(tick))]
        let acknowledgement = client.newest.map {
            SnapshotAcknowledgement(newest: $0, history: client.history)
        }
        guard
            let bundle = CommandBundle(
                newest: Tick(number: tick), packet: client.packet, view: nil, commands: commands),
            let packet = try? client.packets?.input(
                bundle, acknowledging: acknowledgement, at: self.now)
        else { return }
        client.packet &+= 1
        send(packet, of: client)
    }

    private static func send(_ packet: Datagram, of client: Client) {
        let bytes = DatagramFraming.checksummed.seal(packet).bytes
        _ = bytes.withUnsafeBytes { Foundation.send(client.socket, $0.baseAddress, $0.count, 0) }
    }

    private static func sendRaw(_ client: Client, _ count: Int) {
        withUnsafeTemporaryAllocation(byteCount: max(count, 8), alignment: 8) { bytes in
            bytes.storeBytes(of: UInt64(client.number), as: UInt64.self)
            _ = Foundation.send(client.socket, bytes.baseAddress, count, 0)
        }
    }
}
