import ParleyDatagrams
import ParleyProtocol
import ParleySockets

extension GameClient {
    /// Runs one session on its own manager, which closes everything that it opened.
    func runSession() async throws {
        let manager = ConnectionManager(network: network)
        let result: Result<Void, any Error>
        do {
            result = .success(try await runSession(with: manager))
        } catch {
            result = .failure(error)
        }
        await manager.shutdown(within: configuration.closingTimeout)
        try result.get()
    }

    private func runSession(with manager: ConnectionManager) async throws {
        let connection: Connection
        do throws(ConnectError) {
            connection = try await manager.connect(
                to: host, port: port, timeout: configuration.connectTimeout,
                options: connectionOptions)
        } catch {
            throw GameClientError.cannotConnect(error)
        }
        let socket: DatagramSocket
        do throws(OpenError) {
            socket = try await manager.openUDP()
        } catch {
            throw GameClientError.cannotOpenSocket(error)
        }
        self.socket = socket
        let hello = try Self.encode { () throws(DatagramError) in
            try ClientMessage.hello(
                encoding: ClientHello(game: G.name, name: name, schema: audience?.schemaHash))
        }
        // If the connection has ended meanwhile, reading finds that out, and why.
        try? await connection.send(hello)
        link.heard(at: network.clock.now)
        defer {
            if Task.isCancelled {
                try? (link.session?.connection ?? connection).offer(ClientMessage.leaving)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.stay(on: connection, of: manager) }
            group.addTask { try await self.receivePackets(from: socket) }
            group.addTask { try await self.watch() }
            group.addTask { try await self.playForAudience() }
            // Not waitForAll(): that throws only after the last child, and none is cancelled.
            while try await group.next() != nil {}
        }
    }

    /// Reads the welcome or the resumption, notices, and the goodbye, which ends the session.
    func read(from connection: Connection) async throws {
        for await datagram in connection.datagrams {
            link.heard(at: network.clock.now)
            do {
                switch try ServerMessage(datagram) {
                case .welcome(let welcome):
                    try await begin(welcome, over: connection)
                case .resumed(let requests):
                    try resume(over: connection, received: requests)
                case .notice(let payload):
                    try await receiveNotice(payload)
                case .goodbye(let goodbye):
                    throw goodbye.code == .refused && link.session == nil
                        ? GameClientError.refused(goodbye.text) : GameClientError.goodbye(goodbye)
                }
            } catch let error as DatagramError {
                throw GameClientError.protocolViolation("\(error)")
            }
        }
        try Task.checkCancellation()
        throw GameClientError.connectionLost(await connection.terminated() ?? .local)
    }

    private func begin(_ welcome: ServerWelcome, over connection: Connection) async throws {
        guard link.session == nil, let socket else {
            throw GameClientError.protocolViolation("a second welcome")
        }
        guard welcome.version == SessionFormat.version else {
            throw GameClientError.protocolViolation(
                "it speaks session protocol \(welcome.version), "
                    + "this client \(SessionFormat.version)")
        }
        guard (1...1_000).contains(welcome.tickRate), welcome.snapshotRate > 0 else {
            throw GameClientError.protocolViolation(
                "it runs \(welcome.tickRate) ticks and \(welcome.snapshotRate) snapshots a second; "
                    + "1 to 1,000 ticks are possible")
        }
        var server = connection.remoteAddress
        server.port = welcome.udpPort
        link.begin(
            ClientSession(
                player: welcome.player, connection: connection, socket: socket, server: server,
                token: welcome.token,
                cadence: SnapshotCadence(
                    tickRate: Int(welcome.tickRate), snapshotRate: Int(welcome.snapshotRate))))
        audience?.begin(tickRate: Int(welcome.tickRate))
        await ping()
        welcomed.fulfil(.success(Player(id: welcome.player, name: welcome.name)))
    }

    private func resume(over connection: Connection, received: UInt64) throws {
        guard link.isLost else {
            throw GameClientError.protocolViolation("it goes on with a session that is not lost")
        }
        guard link.resume(on: connection, received: received, at: network.clock.now) else {
            let text = "the server missed more requests than the client keeps"
            throw GameClientError.goodbye(Goodbye(code: .notResumed, text: text))
        }
    }

    /// Delivers a notice. It waits while too many are unread, and TCP's flow control makes the
    /// server wait too.
    private func receiveNotice(_ payload: Datagram) async throws {
        guard link.session != nil, !link.isLost else {
            throw GameClientError.protocolViolation("a notice before the welcome")
        }
        let notice: G.Notice = try payload.decoded()
        link.note { $0.noteNotice() }
        // The client requests notices again that it missed because the connection ended.
        let isDelivered =
            configuration.discardsNotices ? true : await inbox.send(notice)
        if isDelivered { link.countNotice() }
    }

    /// Receives UDP: answers to pings, and snapshots.
    private nonisolated func receivePackets(from socket: DatagramSocket) async throws {
        for await received in socket.datagrams {
            guard let session = link.session, received.address == session.server else {
                link.note { $0.noteStray() }
                continue
            }
            receive(received.datagram, in: session)
        }
        try Task.checkCancellation()
        throw GameClientError.connectionLost(.local)
    }

    private nonisolated func receive(_ datagram: Datagram, in session: ClientSession) {
        let now = network.clock.now
        guard let packet = try? ServerPacket(datagram) else {
            return link.note { $0.noteMalformed() }
        }
        switch packet {
        case .pong(let mark, let tick):
            link.pong(mark: mark, tick: tick, at: now)
        case .worldSnapshot(let payload):
            let roundTrip = link.statistics.roundTripTime
            guard let tick = audience?.receive(payload, roundTrip: roundTrip, at: now) else {
                return link.note { $0.noteMalformed() }
            }
            link.show(of: tick, cadence: session.cadence, at: now)
        case .snapshot(let tick, let acknowledged, let payload):
            guard let snapshot: G.Snapshot = try? payload.decoded() else {
                return link.note { $0.noteMalformed() }
            }
            if link.snapshot(of: tick, cadence: session.cadence, at: now) {
                snapshotSink.yield(
                    TimedSnapshot(
                        tick: tick, snapshot: snapshot, acknowledgedSequence: acknowledged,
                        received: now))
            }
        }
    }

    /// Sends a predicting client's commands, once there is a session.
    private func playForAudience() async throws {
        guard let audience, (try? await welcomed.value().get()) != nil,
            let session = link.session
        else { return }
        try await audience.play(in: session, on: network.clock)
    }

    /// Pings once a second; four times until the first answer, while nothing comes from the server
    /// and while there is no connection. Gives the connection up when the server stays silent.
    private func watch() async throws {
        let clock = network.clock
        let start = clock.now
        for round in 1... {
            let wake = clock.now.advanced(by: .milliseconds(250))
            try await clock.sleep(until: wake, tolerance: nil)
            // After a pause of this program the socket is read first, and the server judged later.
            guard wake.duration(to: clock.now) < .milliseconds(250) else { continue }
            guard link.session != nil else {
                if start.duration(to: clock.now) >= configuration.welcomeTimeout {
                    throw GameClientError.noAnswer(configuration.welcomeTimeout)
                }
                continue
            }
            let isLost = link.isLost
            let silence = link.lastHeard.duration(to: clock.now)
            if !isLost, silence >= configuration.serverTimeout {
                link.interrupt(.serverSilent(configuration.serverTimeout))
            }
            let isUrgent = roundTripTime == nil || isLost || silence > .milliseconds(250)
            if isUrgent || round % 4 == 0 { await ping() }
        }
    }

    /// Sends a ping, which also tells the server this client's UDP address.
    private func ping() async {
        guard let session = link.session else { return }
        let mark = link.ping(at: network.clock.now)
        let packet = ClientPacket.ping(mark: mark, token: session.token)
        try? await session.socket.send(packet, to: session.server)
    }
}
