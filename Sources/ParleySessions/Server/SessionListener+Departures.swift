import ParleyProtocol
import ParleySockets
import Synchronization

/// Players who leave, and those who lose their connection.
extension SessionListener {
    /// How long a player who is away may send nothing over UDP until nothing is sent there either.
    private static var muteAfter: Duration { .seconds(2) }

    /// How long a player has to be in to keep the seat of a lost connection on a full server.
    private static var playedAfter: Duration { .seconds(60) }

    /// Ends the session of a connection that is over, or suspends it if the player may come back.
    ///
    /// - Returns: The goodbye to send.
    func depart(_ link: PlayerLink, ending: SessionEnding) -> Goodbye? {
        pending.remove(link)
        logins.remove(link)
        guard let player = link.player, let session = sessions[player], session.link === link else {
            if let goodbye = ending.goodbye { noteRefusal(of: link, goodbye) }
            return ending.goodbye
        }
        let id = session.player.id
        let ending = ending.allowsReturn ? session.revocation ?? ending : ending
        let hasPlayed = hasPlayed(session)
        if session.isPlaying, ending.allowsReturn, configuration.reconnectGrace > .zero,
            hasPlayed || !isFull
        {
            markDisconnected(session, because: ending.reason, hasPlayed: hasPlayed)
            // The end of the connection tells a client that it has to come back; it needs no goodbye.
            return ending == .replaced ? ending.goodbye : nil
        }
        remove(session, because: ending.reason)
        if !session.isPlaying, entering[id] == nil, let goodbye = ending.goodbye {
            noteRefusal(of: link, goodbye)
        }
        return ending.goodbye
    }

    /// Ends a session, and frees its token, name and seat.
    private func remove(_ session: PlayerSession, because reason: LeaveReason) {
        let id = session.player.id
        reception.withLock { $0.table.remove(id) }
        sessions[id] = nil
        if let account = session.account { accounts[account] = nil }
        session.requests.finish()
        joining.removeAll { $0.player.id == id }
        if session.isPlaying {
            counters.departures += 1
            leaving.append(Departure(player: id, reason: reason))
            report(.left(session.player, reason))
        } else if entering[id] != nil {
            entering[id] = .some(reason)
        }
    }

    /// Suspends the session of a player whose connection is lost. Seat, name, keys, UDP address and
    /// all that the world has stay.
    private func markDisconnected(
        _ session: PlayerSession, because reason: LeaveReason, hasPlayed: Bool
    ) {
        let (id, network) = (session.player.id, session.network)
        sessions[id]?.link = nil
        session.packets.useTunnel(nil)
        let deadline = self.network.clock.now.advanced(by: configuration.reconnectGrace)
        disconnectedPlayers.append(
            DisconnectedPlayer(
                player: id, network: network, reason: reason, deadline: deadline,
                hasPlayed: hasPlayed))
        report(.disconnected(session.player))
        guard let network else { return }
        let newcomers = disconnectedPlayers.filter { !$0.hasPlayed && $0.network == network }
        if newcomers.count > max(0, configuration.maximumDisconnectedPerNetwork) {
            removeDisconnected(of: newcomers[0].player)
        }
    }

    /// Whether no seat is free.
    private var isFull: Bool {
        reception.withLock { $0.table.order.count } >= configuration.playerLimits.players
    }

    /// Whether a player was heard over UDP, and has been in for a minute.
    private func hasPlayed(_ session: PlayerSession) -> Bool {
        guard let joined = session.joined,
            joined.duration(to: network.clock.now) >= Self.playedAfter
        else { return false }
        return reception.withLock { $0.table.isHeard(session.player.id) }
    }

    /// On a full server, frees the seat of the player who has been disconnected longest of those who
    /// had not really played.
    func makeRoom() {
        guard isFull, let away = disconnectedPlayers.first(where: { !$0.hasPlayed }) else { return }
        removeDisconnected(of: away.player)
    }

    /// Ends the session of a player who is away.
    ///
    /// - Parameters:
    ///   - player: The player.
    ///   - reason: Why the player leaves; nil for the reason of the disconnection.
    func removeDisconnected(of player: PlayerID, because reason: LeaveReason? = nil) {
        guard let index = disconnectedPlayers.firstIndex(where: { $0.player == player }),
            let session = sessions[player]
        else { return }
        let disconnected = disconnectedPlayers.remove(at: index)
        remove(session, because: reason ?? disconnected.reason)
    }

    /// Ends all suspended sessions, since the server stops.
    func removeAllDisconnected() {
        for disconnected in disconnectedPlayers {
            removeDisconnected(of: disconnected.player, because: .serverStopping)
        }
    }

    /// Disconnects silent players and connections without a hello, even while the world is busy.
    func watchSessions() async throws {
        let clock = network.clock
        var watch = SilenceWatch(at: clock.now)
        while true {
            let wake = clock.now.advanced(by: SilenceWatch.interval)
            try await clock.sleep(until: wake, tolerance: nil)
            let judged = watch.advance(to: clock.now)
            for link in pending.overdue(at: judged) {
                link.end(.idle("no hello within \(configuration.helloTimeout)"))
            }
            for link in logins.overdue(at: judged) {
                link.end(.refused("the login took longer than \(configuration.loginTimeout)"))
            }
            let timeout = configuration.playerTimeout
            for id in reception.withLock({ $0.table.idlePlayers(for: timeout, at: judged) }) {
                sessions[id]?.link?.end(.idle("nothing heard for \(timeout)"))
            }
            for id in reception.withLock({ $0.table.exhaustedPlayers }) {
                end(id, .violation("too many forged packets"))
            }
            expireDisconnected(at: judged)
        }
    }

    /// Removes players disconnected for too long, and stops sending to those silent over UDP, too.
    private func expireDisconnected(at now: NetworkInstant) {
        guard !disconnectedPlayers.isEmpty else { return }
        for disconnected in disconnectedPlayers.prefix(while: { $0.deadline <= now }) {
            removeDisconnected(of: disconnected.player)
        }
        let away = disconnectedPlayers.map(\.player)
        reception.withLock { $0.table.mute(away, after: Self.muteAfter, at: now) }
    }
}
