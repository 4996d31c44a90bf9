import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// Players who lose their connection, and come back on another one.
extension GameServer {
    /// How long a player who is away may send nothing over UDP until nothing is sent there either.
    private static var muteAfter: Duration { .seconds(2) }

    /// Suspends the session of a player whose connection is lost. Seat, name, token, UDP address and
    /// all that the world has stay.
    func markDisconnected(of player: Player, because reason: LeaveReason) {
        sessions[player.id]?.link = nil
        let deadline = network.clock.now.advanced(by: configuration.reconnectGrace)
        disconnectedPlayers.append(
            DisconnectedPlayer(player: player.id, reason: reason, deadline: deadline))
        eventSink.yield(.playerDisconnected(player))
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

    /// Removes players disconnected for too long, and stops sending to those silent over UDP, too.
    func expireDisconnected(at now: NetworkInstant) {
        guard !disconnectedPlayers.isEmpty else { return }
        for disconnected in disconnectedPlayers.prefix(while: { $0.deadline <= now }) {
            removeDisconnected(of: disconnected.player)
        }
        let away = disconnectedPlayers.map(\.player)
        reception.withLock { $0.table.mute(away, after: Self.muteAfter, at: now) }
    }

    /// Continues a session on another connection.
    ///
    /// The old connection may still seem to live, if the player has left a network and the server has
    /// not noticed. It is closed, and nothing more is read from it, before the new one counts.
    ///
    /// - Returns: Whether the session continues there; else the link ends.
    func resume(_ resume: SessionResume, over link: PlayerLink) async -> Bool {
        let id = resume.player
        var isClaimed = false
        while true {
            if let complaint = complaint(about: resume, isClaimed: isClaimed) {
                link.end(.notResumed(complaint))
                return false
            }
            guard isClaimed || sessions[id]?.returns.take(at: network.clock.now) == true else {
                link.end(.refused("the session changes its connection too often"))
                return false
            }
            sessions[id]?.attempt = resume.attempt
            isClaimed = true
            guard let old = sessions[id]?.link else { break }
            old.end(.replaced)
            try? await old.departed.value()
            if link.isEnding || Task.isCancelled { return false }
        }
        comeBack(resume, over: link)
        return true
    }

    /// The reason why a session cannot continue as a client asks; nil if it can.
    private func complaint(about resume: SessionResume, isClaimed: Bool) -> String? {
        if let mismatch = resume.hello.mismatch(
            with: W.Game.name, schema: predictionParameters?.schema)
        {
            return mismatch
        }
        // A wrong token and an unknown player get the same answer, so guessing tells nothing.
        guard configuration.reconnectGrace > .zero, let session = sessions[resume.player],
            session.token == resume.token, session.isPlaying
        else { return "there is no such session" }
        guard isClaimed ? resume.attempt == session.attempt : resume.attempt > session.attempt
        else {
            return "a newer connection continues the session"
        }
        let isPredicting = reception.withLock { $0.table.isPredicting(resume.player) }
        guard isPredicting == (resume.schema != nil) else {
            return "a session is predicted from its beginning or not at all"
        }
        guard session.sent.messages(after: resume.notices) != nil else {
            return "the client has missed more notices than the server keeps"
        }
        return nil
    }

    private func comeBack(_ resume: SessionResume, over link: PlayerLink) {
        let id = resume.player
        guard let session = sessions[id], let missing = session.sent.messages(after: resume.notices)
        else { return link.end(.notResumed("there is no such session")) }
        sessions[id]?.link = link
        link.player = id
        sessions[id]?.sent.release()
        disconnectedPlayers.removeAll { $0.player == id }
        let now = network.clock.now
        reception.withLock { $0.table.comeBack(id, at: now) }
        counters.returns += 1
        eventSink.yield(.playerReconnected(session.player))
        link.post(ServerMessage.resumed(requests: session.received))
        for message in missing { link.post(message) }
    }
}
