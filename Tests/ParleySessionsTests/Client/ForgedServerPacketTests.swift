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

    @Test(arguments: [false, true])
    func forgedDatagramsChangeNothing(isSealed: Bool) async throws {
        let network = TestNetwork.current.network
        try await ConnectionManager.run(network: network) { manager in
            let identity = try TLSIdentity()
            let listener = try await manager.listen(
                host: "127.0.0.1", security: isSealed ? .tls(identity) : .none)
            let socket = try await manager.openUDP(host: "127.0.0.1")
            var configuration = ClientSessionConfiguration()
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
                let first = try server.snapshot(1)
                try await socket.send(first, to: client)
                try await until { handler.received.packets == 1 }

                let forgeries = Self.forgeries(
                    of: first, session: server.link.session, isSealed: isSealed)
                for (number, forged) in forgeries.enumerated() {
                    try await socket.send(forged, to: client)
                    // More at once would be the system's to drop.
                    let seen = UInt64(number + 1)
                    try await until { session.statistics.strayDatagrams >= seen }
                }
                #expect(session.statistics.strayDatagrams == UInt64(forgeries.count))
                #expect(session.statistics.malformedDatagrams == 0)
                #expect(session.statistics.roundTripTime == nil)
                #expect(handler.received.packets == 1)

                // What the server sends is still taken.
                try await socket.send(try server.snapshot(2), to: client)
                try await until { handler.received.packets == 2 }
                break
            }
            running.cancel()
            try await running.value
        }
    }
}
