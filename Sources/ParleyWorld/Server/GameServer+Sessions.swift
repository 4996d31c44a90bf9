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

    /// One session from accept to close.
    private func serve(_ connection: Connection) async {
        let link = Link(connection)
        receiveStranger(link)
        let ending = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.read(from: link) }
            let ending = await link.ended()
            group.cancelAll()
            return ending
        }
        link.requests.finish()
        depart(link, ending: ending)
        if let goodbye = ending.goodbye {
            // Beyond the notices' limit there is room for this one, so it does not wait.
            try? await connection.send(ServerMessage.goodbye(encoding: goodbye))
        }
        await connection.close(within: configuration.closingTimeout)
    }

    /// Reads until the session ends or the connection does.
    private func read(from link: Link) async {
        var player: PlayerID?
        for await datagram in link.connection.datagrams {
            do {
                let message = try ClientMessage(datagram)
                if let player {
                    try await receive(message, from: player, over: link)
                } else {
                    player = receiveFirst(message, over: link)
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

    /// The first message, which has to be a hello that fits this server.
    private func receiveFirst(_ message: ClientMessage, over link: Link) -> PlayerID? {
        strangers.removeAll { $0.link === link }
        guard case .hello(let hello) = message else {
            link.end(.violation("the first message has to be a hello"))
            return nil
        }
        if let mismatch = hello.mismatch(with: W.Game.name, schema: terms?.schema) {
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
            members[player.id] = Member(player: player, token: token, link: link)
            joining.append(player.id)
            return player.id
        } catch {
            link.end(.refused(error.description))
            return nil
        }
    }

    /// Any later message.
    private func receive(
        _ message: ClientMessage, from player: PlayerID, over link: Link
    ) async throws(DatagramError) {
        let now = network.clock.now
        reception.withLock { $0.table.heard(from: player, at: now) }
        switch message {
        case .hello:
            link.end(.violation("one hello is enough"))
        case .leave:
            link.end(.left)
        case .request(let payload):
            guard reception.withLock({ $0.table.allowRequest(of: player, at: now) }) else {
                let limit = configuration.maximumRequestsPerSecond
                link.end(.violation("more than \(limit) requests a second"))
                return
            }
            _ = await link.requests.send(try payload.decoded())
            hasRequests = true
        }
    }

    /// A new connection; when too many have not said hello, the oldest of them goes.
    private func receiveStranger(_ link: Link) {
        if strangers.count >= max(1, configuration.maximumPendingHellos) {
            strangers.removeFirst().link.end(.refused("too many connections wait to be let in"))
        }
        let deadline = network.clock.now.advanced(by: configuration.helloTimeout)
        strangers.append(Stranger(link: link, deadline: deadline))
    }

    /// The session is over: nobody has its token, name or seat any more.
    private func depart(_ link: Link, ending: SessionEnding) {
        strangers.removeAll { $0.link === link }
        guard let member = members.values.first(where: { $0.link === link }) else {
            if let goodbye = ending.goodbye { refuse(link, goodbye) }
            return
        }
        let id = member.player.id
        reception.withLock { $0.table.remove(id) }
        members[id] = nil
        joining.removeAll { $0 == id }
        if member.isPlaying {
            counters.departures += 1
            leaving.append(Departure(player: id, reason: ending.reason))
            eventSink.yield(.playerLeft(member.player, ending.reason))
        } else if entering[id] != nil {
            entering[id] = .some(ending.reason)
        } else if let goodbye = ending.goodbye {
            refuse(link, goodbye)
        }
    }

    private func refuse(_ link: Link, _ goodbye: Goodbye) {
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
            for stranger in strangers.prefix(while: { $0.deadline <= now }) {
                stranger.link.end(.idle("no hello within \(configuration.helloTimeout)"))
            }
            let timeout = configuration.playerTimeout
            for id in reception.withLock({ $0.table.idlePlayers(for: timeout, at: now) }) {
                members[id]?.link.end(.idle("nothing heard for \(timeout)"))
            }
        }
    }
}
