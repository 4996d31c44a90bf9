import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

extension GameServer {
    /// The acceptor: a child task for each connection. An error of one connection ends no other.
    func acceptConnections(from listener: ConnectionListener) async throws {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask { await self.serve(connection) }
            }
        }
        if !Task.isCancelled { throw GameServerError.socketEnded("TCP listener") }
    }

    /// One connection from accept to close.
    private func serve(_ connection: Connection) async {
        let link = PlayerLink(connection)
        receivePending(link)
        let ending = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.read(from: link) }
            let ending = await link.ended()
            group.cancelAll()
            return ending
        }
        let goodbye = depart(link, ending: ending)
        link.departed.fulfil(())
        if let goodbye {
            // Beyond the notices' limit there is room for this one, so it does not wait.
            try? await connection.send(ServerMessage.goodbye(encoding: goodbye))
        }
        await connection.close(within: configuration.closingTimeout)
    }

    /// Reads until the session ends or the connection does.
    private func read(from link: PlayerLink) async {
        var seated: PlayerID?
        for await datagram in link.connection.datagrams {
            do {
                if let seated {
                    try await receive(ClientMessage(datagram), from: seated, over: link)
                } else if datagram.count <= SessionFormat.maximumHelloBytes {
                    seated = await receiveFirst(try ClientMessage(datagram), over: link)
                } else {
                    let limit = SessionFormat.maximumHelloBytes
                    link.end(.violation("a first message has at most \(limit) bytes"))
                }
            } catch {
                link.end(.violation("\(error)"))
            }
            if link.isEnding { return }
        }
        guard !Task.isCancelled else { return }
        link.end(Self.ending(for: await link.connection.terminated()))
    }

    private static func ending(for reason: CloseReason?) -> SessionEnding {
        switch reason {
        // A connection that is lost may be cut off anywhere.
        case .protocolViolation(.cutOff)?: .connectionLost
        case .protocolViolation(let error)?: .violation("\(error)")
        case .limitExceeded(.stalled)?: .tooSlow
        default: .connectionLost
        }
    }

    /// Takes the first message, which has to be a hello or a resume.
    private func receiveFirst(_ message: ClientMessage, over link: PlayerLink) async -> PlayerID? {
        pendingConnections.removeAll { $0.link === link }
        switch message {
        case .hello(let hello): return admit(hello, over: link)
        case .resume(let resume): return await self.resume(resume, over: link) ? resume.player : nil
        case .request, .leave:
            link.end(.violation("the first message has to be a hello"))
            return nil
        }
    }

    /// Gives a seat to a player whose hello fits this server.
    private func admit(_ hello: ClientHello, over link: PlayerLink) -> PlayerID? {
        if let mismatch = hello.mismatch(with: W.Game.name, schema: predictionParameters?.schema) {
            link.end(.refused(mismatch))
            return nil
        }
        do {
            let token = SessionToken(rawValue: random.next())
            let now = network.clock.now
            let player = try reception.withLock { (reception) throws(JoinRefusal) in
                let player = try reception.table.admit(name: hello.name, token: token, at: now)
                if hello.schema != nil {
                    reception.table.predict(
                        player.id, tickRate: configuration.tickRate, after: tick, at: now)
                }
                return player
            }
            sessions[player.id] = PlayerSession(
                player: player, token: token, link: link,
                sent: ResendTail(maximumBytes: configuration.resendBytes))
            joining.append(player.id)
            link.player = player.id
            return player.id
        } catch {
            link.end(.refused(error.description))
            return nil
        }
    }

    /// Takes any later message.
    private func receive(
        _ message: ClientMessage, from player: PlayerID, over link: PlayerLink
    ) async throws(DatagramError) {
        let now = network.clock.now
        reception.withLock { $0.table.heard(from: player, at: now) }
        switch message {
        case .hello, .resume:
            link.end(.violation("one hello is enough"))
        case .leave:
            link.end(.left)
        case .request(let payload):
            try await receiveRequest(payload, from: player, over: link)
        }
    }

    private func receiveRequest(
        _ payload: Datagram, from player: PlayerID, over link: PlayerLink
    ) async throws(DatagramError) {
        let limit = configuration.maximumRequestBytes
        guard payload.count <= limit else {
            return link.end(.violation("a request of more than \(limit) bytes"))
        }
        guard await allowRequest(of: player, over: link) else { return }
        let request: W.Game.Request = try payload.decoded(limits: SessionFormat.requestLimits)
        guard let session = sessions[player], await session.requests.send(request) else { return }
        sessions[player]?.received += 1
        hasRequests = true
    }

    /// Whether a request may be taken. Too many at once end the session; but a client that has come
    /// back sends at once all that it could not send meanwhile, and waits instead.
    private func allowRequest(of player: PlayerID, over link: PlayerLink) async -> Bool {
        while true {
            let now = network.clock.now
            let next = reception.withLock { $0.table.nextRequest(of: player, at: now) }
            if next <= now { return true }
            guard sessions[player]?.attempt ?? 0 > 0 else {
                let limit = configuration.maximumRequestsPerSecond
                link.end(.violation("more than \(limit) requests a second"))
                return false
            }
            do { try await network.clock.sleep(until: next, tolerance: nil) } catch { return false }
        }
    }

    /// Takes a new connection. If too many have not said hello, the oldest of them is closed.
    private func receivePending(_ link: PlayerLink) {
        if pendingConnections.count >= max(1, configuration.maximumPendingHellos) {
            pendingConnections.removeFirst().link.end(
                .refused("too many connections wait to be let in"))
        }
        let deadline = network.clock.now.advanced(by: configuration.helloTimeout)
        pendingConnections.append(PendingConnection(link: link, deadline: deadline))
    }

    /// Ends the session of a connection that is over, or suspends it if the player may come back.
    ///
    /// - Returns: The goodbye to send.
    private func depart(_ link: PlayerLink, ending: SessionEnding) -> Goodbye? {
        pendingConnections.removeAll { $0.link === link }
        guard let player = link.player, let session = sessions[player], session.link === link else {
            if let goodbye = ending.goodbye { refuse(link, goodbye) }
            return ending.goodbye
        }
        let id = session.player.id
        if session.isPlaying, ending.allowsReturn, configuration.reconnectGrace > .zero {
            markDisconnected(of: session.player, because: ending.reason)
            // The end of the connection tells a client that it has to come back; it needs no goodbye.
            return ending == .replaced ? ending.goodbye : nil
        }
        remove(session, because: ending.reason)
        if !session.isPlaying, entering[id] == nil, let goodbye = ending.goodbye {
            refuse(link, goodbye)
        }
        return ending.goodbye
    }

    /// Ends a session, and frees its token, name and seat.
    func remove(_ session: PlayerSession, because reason: LeaveReason) {
        let id = session.player.id
        reception.withLock { $0.table.remove(id) }
        sessions[id] = nil
        session.requests.finish()
        joining.removeAll { $0 == id }
        if session.isPlaying {
            counters.departures += 1
            leaving.append(Departure(player: id, reason: reason))
            eventSink.yield(.playerLeft(session.player, reason))
        } else if entering[id] != nil {
            entering[id] = .some(reason)
        }
    }

    private func refuse(_ link: PlayerLink, _ goodbye: Goodbye) {
        counters.refusals += 1
        eventSink.yield(.refused(link.connection.remoteAddress, goodbye))
    }

    /// Disconnects silent players and connections without a hello, even while the world is busy.
    func watchSessions() async throws {
        let clock = network.clock
        var watch = SilenceWatch(at: clock.now)
        while true {
            let wake = clock.now.advanced(by: SilenceWatch.interval)
            try await clock.sleep(until: wake, tolerance: nil)
            let judged = watch.advance(to: clock.now)
            for pending in pendingConnections.prefix(while: { $0.deadline <= judged }) {
                pending.link.end(.idle("no hello within \(configuration.helloTimeout)"))
            }
            let timeout = configuration.playerTimeout
            for id in reception.withLock({ $0.table.idlePlayers(for: timeout, at: judged) }) {
                sessions[id]?.link?.end(.idle("nothing heard for \(timeout)"))
            }
            expireDisconnected(at: judged)
        }
    }
}
