import ParleyDatagrams
import ParleySockets
import Synchronization

extension GameServer {
    /// The acceptor: a child task for each connection, whose errors stay its own.
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
                let message = try ClientMessage(datagram)
                if let seated {
                    try await receive(message, from: seated, over: link)
                } else {
                    seated = await receiveFirst(message, over: link)
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
        case .protocolViolation(let error)?: .violation("\(error)")
        case .limitExceeded(.stalled)?: .tooSlow
        default: .connectionLost
        }
    }

    /// The first message, which has to be a hello, or one of a session that is known.
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

    /// Gives a seat to somebody whose hello fits this server.
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
            return player.id
        } catch {
            link.end(.refused(error.description))
            return nil
        }
    }

    /// Any later message.
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
        guard await allowRequest(of: player, over: link) else { return }
        let request: W.Game.Request = try payload.decoded()
        guard let session = sessions[player], await session.requests.send(request) else { return }
        sessions[player]?.received += 1
        hasRequests = true
    }

    /// Whether a request may be taken: too many at once end the session; who has come back says all
    /// at once what was to be said meanwhile, and waits instead.
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

    /// A new connection; when too many have not said hello, the oldest of them goes.
    private func receivePending(_ link: PlayerLink) {
        if pendingConnections.count >= max(1, configuration.maximumPendingHellos) {
            pendingConnections.removeFirst().link.end(
                .refused("too many connections wait to be let in"))
        }
        let deadline = network.clock.now.advanced(by: configuration.helloTimeout)
        pendingConnections.append(PendingConnection(link: link, deadline: deadline))
    }

    /// The connection is over, and with it the session, unless the player may come back.
    ///
    /// - Returns: What the player is told.
    private func depart(_ link: PlayerLink, ending: SessionEnding) -> Goodbye? {
        pendingConnections.removeAll { $0.link === link }
        guard let session = sessions.values.first(where: { $0.link === link }) else {
            if let goodbye = ending.goodbye { refuse(link, goodbye) }
            return ending.goodbye
        }
        let id = session.player.id
        if session.isPlaying, ending.allowsReturn, configuration.reconnectGrace > .zero {
            markDisconnected(of: session.player, because: ending.reason)
            // Who comes back learns by the end of the connection that it has to, and needs no word.
            return ending == .replaced ? ending.goodbye : nil
        }
        remove(session, because: ending.reason)
        if !session.isPlaying, entering[id] == nil, let goodbye = ending.goodbye {
            refuse(link, goodbye)
        }
        return ending.goodbye
    }

    /// The session is over: nobody has its token, name or seat any more.
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

    /// Puts out who says nothing, also while the world is busy.
    func watchSessions() async throws {
        let clock = network.clock
        while true {
            let wake = clock.now.advanced(by: .milliseconds(50))
            try await clock.sleep(until: wake, tolerance: nil)
            let now = clock.now
            // After a step that took long, what came meanwhile is read before anybody is blamed.
            guard wake.duration(to: now) < .milliseconds(50) else { continue }
            for pending in pendingConnections.prefix(while: { $0.deadline <= now }) {
                pending.link.end(.idle("no hello within \(configuration.helloTimeout)"))
            }
            let timeout = configuration.playerTimeout
            for id in reception.withLock({ $0.table.idlePlayers(for: timeout, at: now) }) {
                sessions[id]?.link?.end(.idle("nothing heard for \(timeout)"))
            }
            expireDisconnected(at: now)
        }
    }
}
