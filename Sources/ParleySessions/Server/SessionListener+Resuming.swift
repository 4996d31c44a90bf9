import ParleyProtocol
import ParleySecurity
import ParleySockets
import Synchronization

/// Players who come back on another connection.
extension SessionListener {
    /// Continues a session on another connection.
    ///
    /// The old connection may still seem to live, if the player has left a network and the server has
    /// not noticed. It is closed, and nothing more is read from it, before the new one counts.
    /// If the session does not continue there, the link ends.
    func resume(_ resume: SessionResume, over link: PlayerLink) async {
        let id = resume.player
        var isClaimed = false
        while true {
            if let complaint = complaint(about: resume, over: link, isClaimed: isClaimed) {
                return link.end(.notResumed(complaint))
            }
            guard isClaimed || sessions[id]?.returns.take(at: network.clock.now) == true else {
                return link.end(.refused("the session changes its connection too often"))
            }
            sessions[id]?.attempt = resume.attempt
            isClaimed = true
            guard let old = sessions[id]?.link else { break }
            old.end(.replaced)
            try? await old.departed.value()
            if link.isEnding || Task.isCancelled { return }
        }
        comeBack(resume, over: link)
    }

    /// The reason why a session cannot continue as a client asks; nil if it can.
    private func complaint(
        about resume: SessionResume, over link: PlayerLink, isClaimed: Bool
    ) -> String? {
        if let mismatch = resume.mismatch(with: configuration.game, schema: configuration.schema) {
            return mismatch
        }
        // A wrong secret and an unknown player get the same answer, so guessing tells nothing. So does
        // other security.
        guard configuration.reconnectGrace > .zero, let session = sessions[resume.player],
            session.isPlaying, session.accepts(resume.secret),
            session.isEncrypted == link.connection.security.isEncrypted
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
        sessions[id]?.renewSecret(used: resume.secret, using: &random)
        disconnectedPlayers.removeAll { $0.player == id }
        let now = network.clock.now
        reception.withLock { $0.table.comeBack(id, at: now) }
        counters.returns += 1
        report(.reconnected(session.player))
        let serverRandom = SessionRandom(using: &random)
        let base = session.packets.rebase(
            clientRandom: resume.random, serverRandom: serverRandom, cipher: .preferred)
        session.packets.useTunnel(link.connection)
        link.post(
            ServerMessage.resumed(
                encoding: SessionResumed(
                    requests: session.received, random: serverRandom, base: base,
                    secret: sessions[id]?.secret ?? session.secret)))
        for message in missing { link.post(message) }
    }
}
