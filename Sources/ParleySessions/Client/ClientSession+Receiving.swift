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
        switch try link.receive(message, over: connection, and: socket, at: now) {
        case .began(let welcome): await begin(welcome)
        case .resumed: break
        case .notice(let payload):
            let isDelivered = try await handler.receiveNotice(payload)
            if isDelivered { link.withState { $0.countNotice() } }
        }
    }

    private func begin(_ welcome: ServerWelcome) async {
        handler.sessionDidBegin(welcome)
        await ping()
        welcomed.fulfil(.success(Player(id: welcome.player, name: welcome.name)))
    }

    /// Receives UDP: answers to pings, and the game's packets.
    nonisolated func receivePackets(from socket: DatagramSocket) async throws {
        for await received in socket.datagrams {
            receive(received)
        }
        try Task.checkCancellation()
        throw ClientSessionError.connectionLost(.local)
    }

    private nonisolated func receive(_ received: ReceivedDatagram) {
        guard let route = link.route, received.address == route.server else {
            return link.withState { $0.meter.noteStray() }
        }
        receive(received.datagram)
    }

    /// Takes a packet of the server, whichever way it came.
    private nonisolated func receive(_ bytes: Datagram) {
        let now = network.clock.now
        guard let packet = try? ServerPacket(bytes) else {
            return link.withState { $0.meter.noteMalformed() }
        }
        if case .pong(let mark, let tick) = packet {
            return link.withState { $0.pong(mark: mark, tick: tick, at: now) }
        }
        let isUseful = handler.receive(packet, roundTrip: statistics.roundTripTime, at: now)
        link.withState { state in
            if isUseful { state.hearDatagram(at: now) } else { state.meter.noteMalformed() }
        }
    }

    /// Judges the link four times a second: pings, and gives up a connection whose server stays silent.
    func watch() async throws {
        let clock = network.clock
        for round in 1... {
            let wake = clock.now.advanced(by: .milliseconds(250))
            try await clock.sleep(until: wake, tolerance: nil)
            let now = clock.now
            // After a pause of this program the socket is read first, and the server judged later.
            guard wake.duration(to: now) < .milliseconds(250) else { continue }
            let check = try link.withState { (state) throws(ClientSessionError) in
                try state.check(round, at: now)
            }
            if let error = check.interruption { link.interrupt(error) }
            if check.pings { await ping() }
        }
    }

    /// Sends a ping, which also tells the server this client's UDP address.
    private func ping() async {
        let now = network.clock.now
        try? await sendPacket { token in
            ClientPacket.ping(mark: link.withState { $0.meter.ping(at: now) }, token: token)
        }
    }
}
