import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// Connections, from accept to close.
extension SessionListener {
    /// The acceptor: a child task for each connection. An error of one connection ends no other.
    func acceptConnections(from listener: ConnectionListener) async throws {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask { await self.serve(connection) }
            }
        }
        if !Task.isCancelled { throw SessionListenerError.socketEnded("TCP listener") }
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

    /// Takes a new connection. If too many have not said hello, one of them is closed.
    private func receivePending(_ link: PlayerLink) {
        let deadline = network.clock.now.advanced(by: configuration.helloTimeout)
        let evicted = pending.append(
            link, from: link.connection.remoteAddress, until: deadline)
        evicted?.end(.refused("too many connections wait to be let in"))
    }

    /// Reads until the session ends or the connection does.
    private func read(from link: PlayerLink) async {
        var seated: PlayerID?
        for await datagram in link.connection.datagrams {
            do {
                if let seated {
                    try await receive(ClientMessage(datagram), from: seated, over: link)
                } else if SecurityMismatch.isTLS(datagram) {
                    link.end(.refused(SecurityMismatch.tlsAtPlainPort))
                } else if let mismatch = Self.versionMismatch(of: datagram) {
                    link.end(.refused(mismatch))
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
        let reason = await link.connection.terminated()
        link.end(isAway(seated, after: reason) ? .connectionLost : SessionEnding(of: reason))
    }

    /// Whether a player whose connection took nothing any more is not just slow to read it: nothing that goes
    /// over UDP is acknowledged either.
    private func isAway(_ player: PlayerID?, after reason: CloseReason?) -> Bool {
        guard reason == .limitExceeded(.stalled), let player else { return false }
        return sessions[player]?.packets.isDoubtful(at: network.clock.now) == true
    }

    /// The reason to refuse a client of another version, whose first message has other fields.
    private static func versionMismatch(of datagram: Datagram) -> String? {
        let own = SessionFormat.version
        guard let version = ClientMessage.version(of: datagram), version != own else { return nil }
        return "this server speaks session protocol \(own), the client \(version)"
    }

    /// Takes the first message, which has to be a hello or a resume.
    private func receiveFirst(_ message: ClientMessage, over link: PlayerLink) async -> PlayerID? {
        pending.remove(link)
        switch message {
        case .hello(let hello): return await join(hello, over: link)
        case .resume(let resume): return await self.resume(resume, over: link) ? resume.player : nil
        case .request, .leave, .packet:
            link.end(.violation("the first message has to be a hello"))
            return nil
        }
    }

    /// Takes any later message.
    private func receive(
        _ message: ClientMessage, from player: PlayerID, over link: PlayerLink
    ) async {
        let now = network.clock.now
        reception.withLock { $0.table.heard(from: player, at: now) }
        switch message {
        case .hello, .resume:
            link.end(.violation("one hello is enough"))
        case .leave:
            link.end(.left)
        case .request(let payload):
            await receiveRequest(payload, from: player, over: link)
        case .packet(let packet):
            await receiveTunnelled(packet, from: player)
        }
    }

    private func receiveRequest(
        _ payload: Datagram, from player: PlayerID, over link: PlayerLink
    ) async {
        let limit = configuration.maximumRequestBytes
        guard payload.count <= limit else {
            return link.end(.violation("a request of more than \(limit) bytes"))
        }
        guard await allowRequest(of: player, over: link),
            let session = sessions[player], await session.requests.send(payload)
        else { return }
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
                let limit = configuration.playerLimits.requestsPerSecond
                link.end(.violation("more than \(limit) requests a second"))
                return false
            }
            do { try await network.clock.sleep(until: next, tolerance: nil) } catch { return false }
        }
    }
}
