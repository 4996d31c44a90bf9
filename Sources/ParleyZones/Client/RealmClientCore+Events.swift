import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleySecurity
import ParleySessions
import ParleySockets
import ParleyWorld
import Synchronization

/// What follows from what happens.
extension RealmClientCore {
    /// Takes an event.
    ///
    /// - Returns: Connections to begin.
    /// - Throws: `RealmClientError` when the session is over.
    func take(_ event: RealmEvent) throws(RealmClientError) -> [ZoneSession<Rules>] {
        var effects: [ZoneFollower.Effect] = []
        switch event {
        case .time: try passTime(into: &effects)
        case .worldUnreachable(let text): state.withLock { $0.trouble = text }
        case .reply(let reply): try take(reply, into: &effects)
        case .notice(let session, let content):
            try take(content, over: session, into: &effects)
        case .sessionEnded(let session):
            let now = now
            state.withLock { $0.forget(session, at: now, into: &effects) }
        }
        return try perform(effects)
    }

    private func passTime(into effects: inout [ZoneFollower.Effect]) throws(RealmClientError) {
        let now = now
        let isLost = state.withLock { state in
            state.show()
            state.listen(at: now)
            state.seek(at: now, into: &effects)
            state.follower?.timeout(at: now, into: &effects)
            if state.follower?.isPlaying == true { state.seekingSince = now }
            return now - state.seekingSince >= configuration.patience
        }
        if isLost { throw .unreachable(state.withLock { $0.trouble }) }
    }

    private func take(
        _ reply: RealmReply, into effects: inout [ZoneFollower.Effect]
    ) throws(RealmClientError) {
        let now = now
        state.withLock { state in
            state.worldHeard = now
            state.pingedAt = nil
            if reply != .pong { state.askedAt = nil }
        }
        switch reply {
        case .welcome(let character, let login, let proof, let token):
            state.withLock { state in
                state.counts.logins += 1
                (state.proof, state.token, state.isLoggingIn) = (proof, token, false)
                state.begin(character, login, timings: HandoffTimings(), at: now)
            }
        case .admit(let owner, let login, let address, let ticket):
            state.withLock { state in
                state.addresses[owner.process] = address
                state.ticket = (owner.process, ticket)
                state.follower?.receive(.admit(owner, login), at: now, into: &effects)
            }
        case .wait(let login):
            state.withLock { state in
                state.trouble = "no zone has the character"
                state.follower?.receive(.wait(login), at: now, into: &effects)
            }
        case .ended(let end):
            state.withLock { $0.follower?.finish(end, into: &effects) }
        case .refused(let text):
            guard !state.withLock({ $0.isLoggingIn }) else { throw .refused(text) }
            chat.add(ChatLine(reach: .server, name: "", text: text))
        case .chat(let range, let name, let text):
            chat.add(ChatLine(reach: .all(range), name: name, text: text))
        case .whisper(let name, let text):
            chat.add(ChatLine(reach: .whisper, name: name, text: text))
        case .tryAgain(let text):
            // The connection ends, and the next one begins with the login.
            state.withLock { ($0.proof, $0.trouble) = (nil, text) }
        case .pong: break
        }
    }

    private func take(
        _ content: ZoneNotice.Content, over id: UInt64, into effects: inout [ZoneFollower.Effect]
    ) throws(RealmClientError) {
        let now = now
        switch content {
        case .travel(let notice):
            state.withLock { $0.take(notice, over: id, at: now, into: &effects) }
            signalRequests()
        case .askWorld:
            state.withLock { state in
                guard let session = state.sessions.first(where: { $0.id == id }) else { return }
                session.stop.fulfil(())
                state.follower?.receive(
                    .askWorld, from: session.process, at: now, into: &effects)
                state.follower?.disconnected(from: session.process, at: now, into: &effects)
            }
        case .game(let number, let payload):
            let counts = state.withLock { $0.counts(number, over: id, at: now) }
            guard counts, !configuration.discardsNotices else { return }
            try deliver(payload)
        }
    }

    private func deliver(_ payload: Datagram) throws(RealmClientError) {
        let notice: Rules.Notice
        do throws(DatagramError) {
            notice = try payload.decoded()
        } catch {
            throw .protocolViolation("\(error)")
        }
        guard notices.offer(notice) else { throw .noticesUnread(configuration.backlog) }
    }

    /// A connection cannot begin: too many do.
    func drop(_ session: ZoneSession<Rules>) {
        state.withLock { state in state.sessions.removeAll { $0.id == session.id } }
    }

    // MARK: Effects

    private func perform(
        _ effects: [ZoneFollower.Effect]
    ) throws(RealmClientError) -> [ZoneSession<Rules>] {
        var sessions: [ZoneSession<Rules>] = []
        var effects = effects[...]
        while let effect = effects.popFirst() {
            switch effect {
            case .login, .locate: tellWorld(.locate)
            case .connect(let process, let credential, let notices):
                var more: [ZoneFollower.Effect] = []
                if let session = connect(to: process, credential, notices, into: &more) {
                    sessions.append(session)
                }
                effects.append(contentsOf: more)
            case .listen: break
            case .resendRequests(let applied):
                state.withLock { $0.sentThrough = min(applied, $0.requests.count) }
                signalRequests()
            case .sessionLost: throw .protocolViolation("the zone has lost notices")
            case .end(let end): throw RealmClientError(end)
            }
        }
        return sessions
    }

    /// Makes a connection to a zone, unless there is one already.
    private func connect(
        to process: ZoneProcess, _ credential: ZoneFollower.ZoneCredential, _ notices: UInt64,
        into effects: inout [ZoneFollower.Effect]
    ) -> ZoneSession<Rules>? {
        let now = now
        return state.withLock { state in
            guard let character = state.follower?.character,
                !state.goOn(with: process, credential, at: now, into: &effects)
            else { return nil }
            let proof: ZoneCredential
            switch credential {
            case .token(let token): proof = .token(character, token)
            case .ticket:
                guard let ticket = state.ticket, ticket.process == process else { return nil }
                proof = .ticket(ticket.bytes)
            case .session:
                // The connection tries by itself for a while; then a world server knows more.
                state.follower?.askWorld(at: now)
                return nil
            }
            guard let place = state.addresses[process].flatMap(ZoneAddress.init) else {
                return nil
            }
            var configuration = configuration.zone
            configuration.security = place.security(as: self.configuration.security)
            guard let ticket = try? Datagram(encoding: proof) else { return nil }
            configuration.ticket = ticket
            let client = PredictingClient<ZoneGame<Rules>>(
                server: place.host, port: place.port, name: "player",
                join: ZoneJoin(notices: notices), configuration: configuration, network: network)
            client.command = state.command
            var session = ZoneSession(
                id: state.nextID, process: process, client: client, token: credential.token)
            if let expected = state.expected, expected.process == process {
                session.expected = expected.epoch
            }
            state.nextID += 1
            state.sessions.append(session)
            state.counts.connections += 1
            return session
        }
    }
}

extension RealmClientCore.State {
    /// A session has begun at a world server: the first, or one after all was lost.
    mutating func begin(
        _ character: CharacterID, _ login: LoginNumber, timings: HandoffTimings, at now: Duration
    ) {
        follower = ZoneFollower(character, timings: timings, at: now)
        sentThrough = 0
    }

    /// Goes on over the connection to a zone that is there, if there is one.
    ///
    /// A zone that stood still sends again, and does not know that the client asks anew.
    mutating func goOn(
        with process: ZoneProcess, _ credential: ZoneFollower.ZoneCredential, at now: Duration,
        into effects: inout [ZoneFollower.Effect]
    ) -> Bool {
        guard let session = sessions.last(where: { $0.process == process && !$0.isStopping })
        else { return false }
        if session.continuation == nil, let token = credential.token, let shown = session.token,
            token != shown
        {
            // A zone that stood still has given up the seat of the first token, and keeps another one.
            session.stop.fulfil(())
            return false
        }
        if case .ticket = credential, let login = session.continuation?.login,
            login != follower?.login
        {
            // It goes on with an older session, which this client is none of.
            session.stop.fulfil(())
            return false
        }
        if let heardAt = session.heardAt, now - heardAt < Self.freshness,
            var continuation = session.continuation
        {
            // The connection lasts: what was sent over it since then is on its way.
            if session.source == follower?.current { continuation.requests = sentThrough }
            follower?.receive(.resumed(continuation), from: process, at: now, into: &effects)
        } else if case .ticket = credential, session.client.connectionState == .ended {
            session.stop.fulfil(())
            return false
        }
        return true
    }

    /// How old the newest snapshot of a zone may be that is there.
    private static var freshness: Duration { .milliseconds(500) }

    /// Notes which zone was heard.
    mutating func listen(at now: Duration) {
        for index in sessions.indices {
            let snapshots = sessions[index].client.statistics.link.snapshots
            guard snapshots != sessions[index].snapshots else { continue }
            sessions[index].snapshots = snapshots
            sessions[index].heardAt = now
            if let source = sessions[index].source { _ = follower?.hears(source, at: now) }
        }
    }

    /// Asks a world server while a lost connection tries to come back: if the zone's process is gone, it never will.
    mutating func seek(at now: Duration, into effects: inout [ZoneFollower.Effect]) {
        guard let session = current, case .reconnecting = session.client.connectionState,
            now - (session.heardAt ?? now) >= Self.freshness
        else { return }
        follower?.interrupted(from: session.process, at: now, into: &effects)
    }

    /// Counts a notice.
    ///
    /// A connection over which one came that could not be counted is of no use any more: the zone believes that the client
    /// has it. A new one begins with the client's own count.
    mutating func counts(_ number: UInt64, over id: UInt64, at now: Duration) -> Bool {
        guard let session = sessions.first(where: { $0.id == id }), !session.isStopping,
            let source = session.source
        else { return false }
        if follower?.counts(notice: number, from: source, at: now) == true { return true }
        if let follower, source == follower.current, number > follower.notices {
            session.stop.fulfil(())
        }
        return false
    }

    mutating func take(
        _ notice: TravelNotice, over id: UInt64, at now: Duration,
        into effects: inout [ZoneFollower.Effect]
    ) {
        guard let index = sessions.firstIndex(where: { $0.id == id && !$0.isStopping }) else {
            return
        }
        let process = sessions[index].process
        switch notice {
        case .travel(let destination), .moved(let destination):
            addresses[destination.process] = destination.address
            expected = (destination.process, destination.attempt.epoch)
        case .resumed(let continuation): sessions[index].continuation = continuation
        }
        follower?.receive(notice, from: process, at: now, into: &effects)
    }

    /// A connection is over.
    mutating func forget(
        _ id: UInt64, at now: Duration, into effects: inout [ZoneFollower.Effect]
    ) {
        guard let index = sessions.firstIndex(where: { $0.id == id }) else { return }
        let session = sessions.remove(at: index)
        counts.wrongPredictions += session.wrongPredictions
        follower?.disconnected(from: session.process, at: now, into: &effects)
        follower?.receive(.askWorld, from: session.process, at: now, into: &effects)
    }
}

extension ZoneFollower.ZoneCredential {
    /// The token; nil of another credential.
    fileprivate var token: SeatToken? {
        if case .token(let token) = self { token } else { nil }
    }
}
