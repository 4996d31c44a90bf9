import ParleyDatagrams
import ParleyProtocol
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks
import TestSupport
import Testing

/// Who can write a server's address into datagrams, and has neither key nor token, changes nothing at a client.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct ForgedServerPacketTests {
    /// A server made by hand, in whose place others speak, too.
    private struct Server {
        let socket: DatagramSocket
        let link: PacketLink
        let clock: any NetworkClock

        /// Welcomes the client of a connection.
        init(
            _ connection: Connection, _ socket: DatagramSocket, sealed isSealed: Bool,
            clock: any NetworkClock
        ) async throws {
            var first: ClientHello?
            for await datagram in connection.datagrams {
                if case .hello(let hello) = try ClientMessage(datagram) { first = hello }
                break
            }
            let hello = try #require(first)
            let session = SessionNumber(slot: 3, generation: 4)
            let random = SessionRandom(seed: 1)
            let cipher: UInt8 = isSealed ? AEADCipher.preferred.rawValue : 0
            let protection = PacketProtection(
                number: cipher, session: session, clientRandom: hello.random, serverRandom: random)
            guard let protection else { throw JoinRefusal("no cipher") }
            link = PacketLink(server: session, protection: protection, at: clock.now)
            self.socket = socket
            self.clock = clock
            let welcome = ServerWelcome(
                player: PlayerID(rawValue: 1), session: session, random: random, cipher: cipher,
                secret: ResumeSecret(seed: 1), udpPort: socket.localAddress.port, tickRate: 60,
                snapshotRate: 20, name: "Ann")
            try await connection.send(ServerMessage.welcome(encoding: welcome))
        }

        /// Takes the client's first packet, which tells its address.
        func meet() async throws -> SocketAddress {
            var scratch = Datagram()
            for await received in socket.datagrams {
                _ = try link.receive(
                    received.datagram, try PacketHeader(received.datagram),
                    from: received.address, at: clock.now, scratch: &scratch)
                return received.address
            }
            throw JoinRefusal("no client")
        }

        /// The packet of a snapshot.
        func snapshot(_ tick: UInt32) throws -> Datagram {
            var payload = Datagram()
            ServerPayload.appendSnapshot(
                tick: Tick(number: tick), acknowledged: 0, encoded: Datagram(bytes: [1]),
                to: &payload)
            var deliveries: [PacketDelivery] = []
            link.send(.snapshot, payload, at: clock.now, into: &deliveries)
            guard case .udp(let packet, _)? = deliveries.first else { throw JoinRefusal("no way") }
            return packet
        }
    }

    /// What a bystander can make of a packet that was seen, and of none.
    private static func forgeries(
        of packet: Datagram, session: SessionNumber, isSealed: Bool
    ) -> [Datagram] {
        let payload = Datagram(bytes: [7])
        let far = Tick(number: .max)
        let pong = Datagram(bytes: [2, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])
        let acknowledgement = Datagram(bytes: [5] + [UInt8](repeating: 0xFF, count: 12))
        var forgeries = [
            Datagram(), Datagram(bytes: [1, 2, 3]),
            ForgedPackets.snapshot(tick: far, of: session, payload: payload, number: 9),
            ForgedPackets.snapshot(tick: far, of: session, payload: payload, number: 1 << 23),
            ForgedPackets.snapshot(
                tick: far, of: SessionNumber(rawValue: session.rawValue ^ 1), payload: payload),
            packet,
        ]
        for tagCount in [0, 8, 16] {
            forgeries += [
                ForgedPackets.packet(pong, of: session, number: 10, tagCount: tagCount),
                ForgedPackets.packet(acknowledgement, of: session, number: 11, tagCount: tagCount),
                ForgedPackets.packet(pong, of: session, number: 12, epoch: 1, tagCount: tagCount),
            ]
        }
        // A seal covers each bit. A token covers none but its own.
        let bytes = packet.bytes
        for bit in (isSealed ? 0 : bytes.count * 8 - 64)..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            forgeries.append(Datagram(bytes: changed))
        }
        return forgeries + (0..<bytes.count).map { packet.slice(..<$0) }
    }

    /// A client, and the server that it has met.
    private struct Meeting {
        let server: Server
        let session: ClientSession
        let handler: CollectingHandler
        /// The address of the client's UDP socket.
        let client: SocketAddress
        let running: Task<Void, any Error>
    }

    private func meeting(
        sealed isSealed: Bool, configure: (inout ClientSessionConfiguration) -> Void = { _ in },
        _ body: @escaping (Meeting) async throws -> Void
    ) async throws {
        let network = TestNetwork.current.network
        var configuration = ClientSessionConfiguration()
        configure(&configuration)
        try await ConnectionManager.run(network: network) { manager in
            let identity = try TLSIdentity()
            let listener = try await manager.listen(
                host: "127.0.0.1", security: isSealed ? .tls(identity) : .none)
            let socket = try await manager.openUDP(host: "127.0.0.1")
            configuration.security = isSealed ? .tls(.pin(identity.pin)) : .none
            let handler = CollectingHandler()
            let session = ClientSession(
                to: "127.0.0.1", port: listener.localAddress.port, game: "a game", name: "Ann",
                schema: nil, configuration: configuration, network: network, handler: handler)
            let running = startTask { try await session.run() }
            for await connection in listener.connections {
                let server = try await Server(
                    connection, socket, sealed: isSealed, clock: network.clock)
                let client = try await server.meet()
                try await body(
                    Meeting(
                        server: server, session: session, handler: handler, client: client,
                        running: running))
                break
            }
        }
    }

    @Test(arguments: [false, true])
    func forgedDatagramsChangeNothing(isSealed: Bool) async throws {
        try await meeting(sealed: isSealed) { meeting in
            let (server, session, handler) = (meeting.server, meeting.session, meeting.handler)
            let first = try server.snapshot(1)
            try await server.socket.send(first, to: meeting.client)
            try await until { handler.received.packets == 1 }

            let forgeries = Self.forgeries(
                of: first, session: server.link.session, isSealed: isSealed)
            for (number, forged) in forgeries.enumerated() {
                try await server.socket.send(forged, to: meeting.client)
                // More at once would be the system's to drop.
                let seen = UInt64(number + 1)
                try await until { session.statistics.strayDatagrams >= seen }
            }
            #expect(session.statistics.strayDatagrams == UInt64(forgeries.count))
            #expect(session.statistics.malformedDatagrams == 0)
            #expect(session.statistics.roundTripTime == nil)
            #expect(handler.received.packets == 1)

            // What the server sends is still taken.
            try await server.socket.send(try server.snapshot(2), to: meeting.client)
            try await until { handler.received.packets == 2 }
            meeting.running.cancel()
            try await meeting.running.value
        }
    }

    /// The limit is 2^36, and a lower one here.
    @Test func soManyForgedDatagramsEndTheSession() async throws {
        try await meeting(sealed: true, configure: { $0.failedOpenings = 6 }) { meeting in
            let (server, session) = (meeting.server, meeting.session)
            for number in 1...6 as ClosedRange<UInt64> {
                // Before the last one the session goes on.
                try await server.socket.send(try server.snapshot(1), to: meeting.client)
                try await until { meeting.handler.received.packets == number }
                let forged = ForgedPackets.packet(
                    Datagram(bytes: [1, 2]), of: server.link.session, number: 100 + number)
                try await server.socket.send(forged, to: meeting.client)
                try await until { session.statistics.strayDatagrams == number }
            }
            await #expect(throws: ClientSessionError.protocolViolation("too many forged packets")) {
                try await meeting.running.value
            }
        }
    }
}
