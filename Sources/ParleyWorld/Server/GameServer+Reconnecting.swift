import ParleyDatagrams
import ParleySockets
import Synchronization

/// Players who have lost their connection, and come back on another one.
extension GameServer {
    /// How long nothing may come over UDP from who is away until nothing is sent there either.
    private static var muteAfter: Duration { .seconds(2) }

    /// The connection is gone; seat, name, token, UDP address and all that the world has stay.
    func markDisconnected(of player: Player, because reason: LeaveReason) {
        sessions[player.id]?.link = nil
        let deadline = network.clock.now.advanced(by: configuration.reconnectGrace)
        disconnectedPlayers.append(
            DisconnectedPlayer(player: player.id, reason: reason, deadline: deadline))
        eventSink.yield(.playerDisconnected(player))
    }

    /// A player who is away does not come back.
    ///
    /// - Parameter reason: Why; nil for that of the absence.
    func removeDisconnected(of player: PlayerID, because reason: LeaveReason? = nil) {
        guard let index = disconnectedPlayers.firstIndex(where: { $0.player == player }),
            let session = sessions[player]
        else { return }
        let disconnected = disconnectedPlayers.remove(at: index)
        remove(session, because: reason ?? disconnected.reason)
    }

    /// The server stops, and nobody comes back.
    func removeAllDisconnected() {
        for disconnected in disconnectedPlayers {
            removeDisconnected(of: disconnected.player, because: .serverStopping)
        }
    }

    /// Ends absences that took too long, and sends nothing to where nobody is.
    func expireDisconnected(at now: NetworkInstant) {
        guard !disconnectedPlayers.isEmpty else { return }
        for disconnected in disconnectedPlayers.prefix(while: { $0.deadline <= now }) {
            removeDisconnected(of: disconnected.player)
        }
        let away = disconnectedPlayers.map(\.player)
        reception.withLock { $0.table.mute(away, after: Self.muteAfter, at: now) }
    }

    /// Goes on with a session on another connection.
    ///
    /// The old one may still seem to live: a network was left, and the server has not noticed. It is
    /// ended, and nothing of it is read any more before the new one is counted from.
    ///
    /// - Returns: Whether the session goes on there; else the link ends.
    func resume(_ resume: SessionResume, over link: PlayerLink) async -> Bool {
        let id = resume.player
        var isClaimed = false
        while true {
            if let complaint = complaint(about: resume, isClaimed: isClaimed) {
                link.end(.notResumed(complaint))
                return false
            }
            guard isClaimed || sessions[id]?.returns.take(at: network.clock.now) == true else {
                link.end(.refused("the session goes on on other connections too often"))
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

    /// Why a session cannot go on as a client wants it to, nil when it can.
    private func complaint(about resume: SessionResume, isClaimed: Bool) -> String? {
        if let mismatch = resume.hello.mismatch(
            with: W.Game.name, schema: predictionParameters?.schema)
        {
            return mismatch
        }
        // A wrong token and a player who is not there are one answer: guessing tells nothing.
        guard configuration.reconnectGrace > .zero, let session = sessions[resume.player],
            session.token == resume.token, session.isPlaying
        else { return "there is no such session" }
        guard isClaimed ? resume.attempt == session.attempt : resume.attempt > session.attempt
        else {
            return "a newer connection goes on with the session"
        }
        let isPredicting = reception.withLock { $0.table.isPredicting(resume.player) }
        guard isPredicting == (resume.schema != nil) else {
            return "a session is predicted from its beginning or not at all"
        }
        guard session.sent.messages(after: resume.notices) != nil else {
            return "more was said meanwhile than is kept"
        }
        return nil
    }

    private func comeBack(_ resume: SessionResume, over link: PlayerLink) {
        let id = resume.player
        guard let session = sessions[id], let missing = session.sent.messages(after: resume.notices)
        else { return link.end(.notResumed("there is no such session")) }
        sessions[id]?.link = link
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
