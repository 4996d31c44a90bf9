import ParleyDatagrams
import ParleySockets
import Synchronization

/// Players who have lost their connection, and come back on another one.
extension GameServer {
    /// How long nothing may come over UDP from who is away until nothing is sent there either.
    private static var hushAfter: Duration { .seconds(2) }

    /// The connection is gone; seat, name, token, UDP address and all that the world has stay.
    func beginAbsence(of player: Player, because reason: LeaveReason) {
        members[player.id]?.link = nil
        let deadline = network.clock.now.advanced(by: configuration.reconnectGrace)
        absences.append(Absence(player: player.id, reason: reason, deadline: deadline))
        eventSink.yield(.playerAway(player))
    }

    /// A player who is away does not come back.
    ///
    /// - Parameter reason: Why; nil for that of the absence.
    func endAbsence(of player: PlayerID, because reason: LeaveReason? = nil) {
        guard let index = absences.firstIndex(where: { $0.player == player }),
            let member = members[player]
        else { return }
        let absence = absences.remove(at: index)
        remove(member, because: reason ?? absence.reason)
    }

    /// The server stops, and nobody comes back.
    func endAbsences() {
        for absence in absences { endAbsence(of: absence.player, because: .serverStopping) }
    }

    /// Ends absences that took too long, and sends nothing to where nobody is.
    func watchAbsences(at now: NetworkInstant) {
        guard !absences.isEmpty else { return }
        for absence in absences.prefix(while: { $0.deadline <= now }) {
            endAbsence(of: absence.player)
        }
        let away = absences.map(\.player)
        reception.withLock { $0.table.hush(away, after: Self.hushAfter, at: now) }
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
            guard isClaimed || members[id]?.returns.take(at: network.clock.now) == true else {
                link.end(.refused("the session goes on on other connections too often"))
                return false
            }
            members[id]?.attempt = resume.attempt
            isClaimed = true
            guard let old = members[id]?.link else { break }
            old.end(.replaced)
            try? await old.departed.value()
            if link.isEnding || Task.isCancelled { return false }
        }
        comeBack(resume, over: link)
        return true
    }

    /// Why a session cannot go on as a client wants it to, nil when it can.
    private func complaint(about resume: SessionResume, isClaimed: Bool) -> String? {
        if let mismatch = resume.hello.mismatch(with: W.Game.name, schema: terms?.schema) {
            return mismatch
        }
        // A wrong token and a player who is not there are one answer: guessing tells nothing.
        guard configuration.reconnectGrace > .zero, let member = members[resume.player],
            member.token == resume.token, member.isPlaying
        else { return "there is no such session" }
        guard isClaimed ? resume.attempt == member.attempt : resume.attempt > member.attempt else {
            return "a newer connection goes on with the session"
        }
        let isPredicting = reception.withLock { $0.table.isPredicting(resume.player) }
        guard isPredicting == (resume.schema != nil) else {
            return "a session is predicted from its beginning or not at all"
        }
        guard member.sent.messages(after: resume.notices) != nil else {
            return "more was said meanwhile than is kept"
        }
        return nil
    }

    private func comeBack(_ resume: SessionResume, over link: PlayerLink) {
        let id = resume.player
        guard let member = members[id], let missing = member.sent.messages(after: resume.notices)
        else { return link.end(.notResumed("there is no such session")) }
        members[id]?.link = link
        members[id]?.sent.release()
        absences.removeAll { $0.player == id }
        let now = network.clock.now
        reception.withLock { $0.table.comeBack(id, at: now) }
        counters.returns += 1
        eventSink.yield(.playerBack(member.player))
        link.post(ServerMessage.resumed(requests: member.received))
        for message in missing { link.post(message) }
    }
}
