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
                let network = configuration.connectionLimits.account(
                    of: connection.remoteAddress, at: listener.localAddress)
                group.addTask { await self.serve(PlayerLink(connection, network: network)) }
            }
        }
        if !Task.isCancelled { throw SessionListenerError.socketEnded("TCP listener") }
    }

    /// One connection from accept to close, in one task: the frames of a second one are three kilobytes that
    /// each player costs.
    private func serve(_ link: PlayerLink) async {
        receivePending(link)
        await read(from: link)
        if Task.isCancelled { link.end(.serverStopping) }
        await finish(link)
    }

    /// Ends or suspends the session of a connection that is read no more, and closes the connection.
    ///
    /// Not inlined, as nothing here that waits needs room in the frame that waits for the player.
    @inline(never)
    private func finish(_ link: PlayerLink) async {
        if !link.isEnding { await link.cancelAtEnd { await self.noteTermination(of: link) } }
        // Without a reason, the wait for it was cancelled.
        let goodbye = depart(link, ending: link.ending ?? .serverStopping)
        link.departed.fulfil(())
        if let goodbye {
            // Beyond the notices' limit there is room for this one, so it does not wait.
            try? await link.connection.send(ServerMessage.goodbye(encoding: goodbye))
        }
        await link.connection.close(within: configuration.closingTimeout)
    }

    /// Ends the session of a connection that ends by itself.
    private func noteTermination(of link: PlayerLink) async {
        let reason = await link.connection.terminated()
        guard !Task.isCancelled else { return }
        link.end(isAway(link.player, after: reason) ? .connectionLost : SessionEnding(of: reason))
    }

    /// Takes a new connection. If too many have not said hello, one of them is closed.
    private func receivePending(_ link: PlayerLink) {
        let deadline = network.clock.now.advanced(by: configuration.helloTimeout)
        let evicted = pending.append(link, from: link.network, until: deadline)
        evicted?.end(.refused("too many connections wait to be let in"))
    }

    /// Reads until the session ends or the connection does. The end of a session ends the datagrams.
    private func read(from link: PlayerLink) async {
        for await datagram in link.connection.datagrams {
            await receive(datagram, over: link)
            if link.isEnding || Task.isCancelled { return }
        }
    }

    /// Takes a message. What it has to wait for is cancelled when the session ends.
    private func receive(_ datagram: Datagram, over link: PlayerLink) async {
        do {
            if let player = link.player {
                try await receive(ClientMessage(datagram), from: player, over: link)
            } else if SecurityMismatch.isTLS(datagram) {
                link.end(.refused(SecurityMismatch.tlsAtPlainPort))
            } else if let mismatch = Self.versionMismatch(of: datagram) {
                link.end(.refused(mismatch))
            } else if datagram.count <= SessionFormat.maximumHelloBytes {
                let message = try ClientMessage(datagram)
                pending.remove(link)
                await link.cancelAtEnd { await self.receiveFirst(message, over: link) }
            } else {
                let limit = SessionFormat.maximumHelloBytes
                link.end(.violation("a first message has at most \(limit) bytes"))
            }
        } catch {
            link.end(.violation("\(error)"))
        }
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
    private func receiveFirst(_ message: ClientMessage, over link: PlayerLink) async {
        switch message {
        case .hello(let hello): await join(hello, over: link)
        case .resume(let resume): await self.resume(resume, over: link)
        case .request, .leave, .packet:
            link.end(.violation("the first message has to be a hello"))
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
            await receiveTunnelled(packet, from: player, over: link)
        }
    }

    /// Takes a request. Too many at once end the session; but a client that has come back sends at once all
    /// that it could not send meanwhile, and waits instead.
    private func receiveRequest(
        _ payload: Datagram, from player: PlayerID, over link: PlayerLink
    ) async {
        let limit = configuration.maximumRequestBytes
        guard payload.count <= limit else {
            return link.end(.violation("a request of more than \(limit) bytes"))
        }
        let next = nextRequest(of: player)
        let limits = configuration.playerLimits
        let mayWait = limits.holdsRequestsBack || sessions[player]?.attempt ?? 0 > 0
        guard next == nil || mayWait else {
            return link.end(.violation("more than \(limits.requestsPerSecond) requests a second"))
        }
        if next == nil, sessions[player]?.requests.offer(payload) == true {
            countRequest(of: player)
        } else {
            await link.cancelAtEnd {
                await self.waitToTake(request: payload, of: player, until: next)
            }
        }
    }

    /// Takes a request once it may come, and once there is room.
    private func waitToTake(
        request: Datagram, of player: PlayerID, until time: NetworkInstant?
    ) async {
        var next = time
        while let time = next {
            do { try await network.clock.sleep(until: time, tolerance: nil) } catch { return }
            next = nextRequest(of: player)
        }
        guard let session = sessions[player], await session.requests.send(request) else { return }
        countRequest(of: player)
    }

    private func countRequest(of player: PlayerID) {
        sessions[player]?.received += 1
        hasRequests = true
    }

    /// Asks to take a request; returns nil if it may be taken now, else when to ask again.
    private func nextRequest(of player: PlayerID) -> NetworkInstant? {
        let now = network.clock.now
        let next = reception.withLock { $0.table.nextRequest(of: player, at: now) }
        return next <= now ? nil : next
    }
}
