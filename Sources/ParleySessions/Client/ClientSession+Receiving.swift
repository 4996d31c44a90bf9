import ParleyDatagrams
import ParleyProtocol
import ParleySockets

extension ClientSession {
    /// Reads the welcome or the resumption, notices, and the goodbye, which ends the session.
    ///
    /// - Throws: Always: the reason why the connection ends.
    func readUntilEnd(of connection: Connection, and socket: DatagramSocket) async throws {
        for await datagram in connection.datagrams {
            do {
                try await receive(ServerMessage(datagram), over: connection, and: socket)
            } catch let error as DatagramError {
                throw ClientSessionError.protocolViolation("\(error)")
            }
        }
        try Task.checkCancellation()
        throw ClientSessionError.connectionLost(await connection.terminated() ?? .local)
    }

    private func receive(
        _ message: ServerMessage, over connection: Connection, and socket: DatagramSocket
    ) async throws {
        let now = network.clock.now
        switch try link.receive(
            message, over: connection, and: socket, random: hello.random, at: now)
        {
        case .began(let welcome): await begin(welcome)
        case .resumed: break
        case .notice(let payload):
            let isDelivered = try await handler.receiveNotice(payload)
            if isDelivered { link.withState { $0.countNotice() } }
        case .packet(let packet): receiveTunnelled(packet)
        }
    }

    private func begin(_ welcome: ServerWelcome) async {
        handler.sessionDidBegin(welcome)
        ping()
        await advance()
        welcomed.fulfil(.success(Player(id: welcome.player, name: welcome.name)))
    }

    /// Receives UDP: the protocol's own frames, and the game's payloads.
    nonisolated func receivePackets(from socket: DatagramSocket) async throws {
        var scratch = Datagram(minimumCapacity: SessionPackets.maximumCount)
        for await received in socket.datagrams {
            receive(received, scratch: &scratch)
        }
        try Task.checkCancellation()
        throw ClientSessionError.connectionLost(.local)
    }

    private nonisolated func receive(_ received: ReceivedDatagram, scratch: inout Datagram) {
        let now = network.clock.now
        guard let route = link.route, let header = try? PacketHeader(received.datagram) else {
            return link.withState { $0.meter.noteStray() }
        }
        do throws(PacketDrop) {
            take(
                try route.packets.receive(
                    received.datagram, header, from: received.address, at: now, scratch: &scratch),
                overUDP: true, at: now)
        } catch {
            link.withState { state in
                if error == .malformed {
                    state.meter.noteMalformed()
                } else {
                    state.meter.noteStray()
                }
            }
        }
    }

    private nonisolated func receiveTunnelled(_ packet: Datagram) {
        let now = network.clock.now
        guard let packets = link.route?.packets else { return }
        do throws(PacketDrop) {
            take(try packets.receiveTunnelled(packet, at: now), overUDP: false, at: now)
        } catch {
            link.withState { $0.meter.noteMalformed() }
        }
    }

    /// Takes what a packet of the server brought, whichever way it came.
    private nonisolated func take(
        _ arrival: PacketArrival, overUDP: Bool, at now: NetworkInstant
    ) {
        link.withState { state in
            if overUDP { state.hearDatagram(at: now) } else { state.hearTunnelled(at: now) }
            if let pong = arrival.pong { state.pong(mark: pong.mark, tick: pong.tick, at: now) }
        }
        guard let bytes = arrival.payload else { return }
        guard let payload = try? ServerPayload(bytes),
            handler.receive(payload, roundTrip: statistics.roundTripTime, at: now)
        else { return link.withState { $0.meter.noteMalformed() } }
    }

    /// Sends the protocol's own packets as they are due.
    func advancePackets() async throws {
        while true {
            try await network.clock.sleep(for: Self.advanceInterval)
            await advance()
        }
    }

    private static var advanceInterval: Duration { .milliseconds(25) }

    private func advance() async {
        guard let route = link.route else { return }
        var deliveries: [PacketDelivery] = []
        route.packets.advance(to: network.clock.now, random: &random, into: &deliveries)
        for delivery in deliveries { await delivery.send(over: route.socket) }
    }

    /// Judges the link four times a second: pings, gives up a connection whose server stays silent, and ends
    /// a session of which too many packets were forged.
    func watch() async throws {
        let clock = network.clock
        for round in 1... {
            let wake = clock.now.advanced(by: .milliseconds(250))
            try await clock.sleep(until: wake, tolerance: nil)
            let now = clock.now
            // After a pause of this program the socket is read first, and the server judged later.
            guard wake.duration(to: now) < .milliseconds(250) else { continue }
            if link.route?.packets.isExhausted == true {
                throw ClientSessionError.protocolViolation("too many forged packets")
            }
            let check = try link.withState { (state) throws(ClientSessionError) in
                try state.check(round, at: now)
            }
            if let error = check.interruption { link.interrupt(error) }
            if check.pings {
                ping()
                await advance()
            }
        }
    }

    /// Asks the server for its tick, in the next packet.
    private func ping() {
        let now = network.clock.now
        link.route?.packets.ask(mark: link.withState { $0.meter.ping(at: now) })
    }
}
