/// The client's side: which zone it listens to, and where it asks when that zone is silent.
///
/// | state | event | then |
/// |---|---|---|
/// | asking | time | asks a world server, each `clientInterval`: login, or where am I |
/// | asking | ticket | joining that zone |
/// | any but ended | the session is over | ended |
/// | joining | time | connects again each `clientInterval`; after `clientPatience` asking |
/// | joining | the zone: wait, moved, ask the world | joining; joining there; asking |
/// | joining, asking, playing | resumed, of a higher epoch, or of the same zone and epoch | playing that epoch |
/// | playing | travel | connects to the target, and plays on |
/// | playing | moved | joining the target, over the connection that is there already |
/// | playing | a snapshot or notice of another zone or epoch | dropped |
/// | playing | the connection is lost | joining the same zone |
/// | playing | the connection is lost, and tries to come back by itself | asking |
/// | playing | nothing heard for `clientPatience` | asking |
/// | asking | a snapshot or notice of the zone and epoch that it played | playing |
///
/// The epoch never falls. The requests beyond those that "resumed" counts are sent again, and notices carry on
/// from the client's own count.
package struct ZoneFollower: Sendable {
    /// Where the client stands.
    package enum State: Hashable, Sendable {
        case asking(nextAt: Duration)
        case joining(ZoneProcess, ZoneCredential, since: Duration, nextAt: Duration)
        case playing
        case ended(RealmSessionEnd)
    }

    /// Whom a client listens to.
    package struct Source: Hashable, Sendable {
        /// The zone's process.
        package var process: ZoneProcess
        /// The epoch at which it holds the character.
        package var epoch: Epoch

        package init(process: ZoneProcess, epoch: Epoch) {
            self.process = process
            self.epoch = epoch
        }
    }

    /// How a client proves itself to a zone.
    package enum ZoneCredential: Hashable, Sendable {
        /// The token of a travel or moved notice.
        case token(SeatToken)
        /// The ticket that a world server gave, which the shell keeps.
        case ticket
        /// The session's resume secret, which the shell keeps.
        case session
    }

    /// What the client does.
    package enum Effect: Hashable, Sendable {
        /// Log in at any world server.
        case login
        /// Ask any world server where the character is, with the re-entry token of this login.
        case locate(LoginNumber)
        /// Connect to a zone; the notices that were counted so far go with it.
        case connect(ZoneProcess, ZoneCredential, notices: UInt64)
        /// From now on this zone and epoch count: commands and predictions go there.
        case listen(Source)
        /// Send the requests after this one again.
        case resendRequests(after: UInt64)
        /// The session cannot go on here, for notices are missing: log in anew.
        case sessionLost
        /// The session is over.
        case end(RealmSessionEnd)
    }

    /// Who plays.
    package let character: CharacterID
    /// The session; nil before a world server has named it.
    package private(set) var login: LoginNumber?
    /// Where the client stands.
    package private(set) var state: State
    /// The zone and epoch that the client listens to; nil before the first.
    package private(set) var current: Source?
    /// How many notices of the session were counted.
    package private(set) var notices: UInt64 = 0

    private let timings: HandoffTimings
    private var heardAt: Duration
    private var askedAt: Duration

    /// A client that is to log in.
    package init(_ character: CharacterID, timings: HandoffTimings, at now: Duration) {
        self.character = character
        self.timings = timings
        state = .asking(nextAt: now)
        heardAt = now
        askedAt = now - timings.clientInterval
    }

    /// Whether the client plays.
    package var isPlaying: Bool { if case .playing = state { true } else { false } }

    /// When ``timeout(at:into:)`` has something next.
    package var nextTimeout: Duration? {
        switch state {
        case .asking(let nextAt), .joining(_, _, _, let nextAt): nextAt
        case .playing: heardAt + timings.clientPatience
        case .ended: nil
        }
    }

    /// Asks or connects again where nothing came.
    package mutating func timeout(at now: Duration, into effects: inout [Effect]) {
        guard let nextTimeout, now >= nextTimeout else { return }
        switch state {
        case .ended: break
        case .playing: ask(at: now, into: &effects)
        case .asking: ask(at: now, into: &effects)
        case .joining(let process, let credential, let since, _):
            guard now - since < timings.clientPatience else { return ask(at: now, into: &effects) }
            state = .joining(
                process, credential, since: since, nextAt: now + timings.clientInterval)
            effects.append(.connect(process, credential, notices: notices))
        }
    }

    private mutating func ask(at now: Duration, into effects: inout [Effect]) {
        askedAt = now
        state = .asking(nextAt: now + timings.clientInterval)
        effects.append(login.map { .locate($0) } ?? .login)
    }

    private mutating func join(
        _ process: ZoneProcess, _ credential: ZoneCredential, at now: Duration,
        into effects: inout [Effect]
    ) {
        state = .joining(process, credential, since: now, nextAt: now + timings.clientInterval)
        effects.append(.connect(process, credential, notices: notices))
    }

    // MARK: Events

    /// A world server answers.
    package mutating func receive(
        _ reply: WorldReply, at now: Duration, into effects: inout [Effect]
    ) {
        guard case .asking = state else { return }
        switch reply {
        case .wait(let login):
            adopt(login)
            state = .asking(nextAt: now + timings.clientInterval)
        case .ended(let end): finish(end, into: &effects)
        case .admit(let owner, let login):
            guard adopt(login) else { return }
            join(owner.process, .ticket, at: now, into: &effects)
        }
    }

    /// Takes the session's number.
    ///
    /// - Returns: False if it is that of a login that was given up.
    @discardableResult
    private mutating func adopt(_ login: LoginNumber) -> Bool {
        guard login >= self.login ?? login else { return false }
        if login != self.login { notices = 0 }
        self.login = login
        return true
    }

    /// The session is over: a world server or the zone says so.
    package mutating func finish(_ end: RealmSessionEnd, into effects: inout [Effect]) {
        if case .ended = state { return }
        state = .ended(end)
        effects.append(.end(end))
    }

    /// A zone answers a connection.
    package mutating func receive(
        _ admission: ZoneAdmission, from process: ZoneProcess, at now: Duration,
        into effects: inout [Effect]
    ) {
        guard case .joining(process, let credential, let since, _) = state else { return }
        switch admission {
        case .wait:
            state = .joining(
                process, credential, since: since, nextAt: now + timings.clientInterval)
        case .askWorld:
            // A zone that has just started sends everyone back, until the store knows of it.
            if now >= askedAt + timings.clientInterval { return ask(at: now, into: &effects) }
            state = .asking(nextAt: askedAt + timings.clientInterval)
        }
    }

    /// What a zone answers a connection that it does not take now.
    package enum ZoneAdmission: Hashable, Sendable {
        /// Try again.
        case wait
        /// Ask a world server.
        case askWorld
    }

    /// A zone tells of a crossing.
    package mutating func receive(
        _ notice: TravelNotice, from process: ZoneProcess, at now: Duration,
        into effects: inout [Effect]
    ) {
        if case .ended = state { return }
        switch notice {
        case .travel(let destination):
            guard isPlaying, current?.process == process else { return }
            effects.append(
                .connect(destination.process, .token(destination.token), notices: notices))
        case .moved(let destination):
            guard destination.attempt.character == character,
                canFollow(to: destination, from: process)
            else { return }
            join(destination.process, .token(destination.token), at: now, into: &effects)
        case .resumed(let continuation):
            resume(continuation, from: process, at: now, into: &effects)
        }
    }

    /// A zone may send its client on from where it plays or joins, and only forward.
    private func canFollow(to destination: Destination, from process: ZoneProcess) -> Bool {
        if let current, destination.attempt.epoch <= current.epoch { return false }
        if case .joining(process, _, _, _) = state { return true }
        return current?.process == process
    }

    private mutating func resume(
        _ continuation: SessionContinuation, from process: ZoneProcess, at now: Duration,
        into effects: inout [Effect]
    ) {
        guard continuation.login == login else { return }
        let source = Source(process: process, epoch: continuation.epoch)
        if let current {
            guard continuation.epoch > current.epoch || source == current else { return }
        }
        guard continuation.firstNotice <= notices + 1 else {
            login = nil
            state = .asking(nextAt: now)
            return effects.append(.sessionLost)
        }
        current = source
        state = .playing
        heardAt = now
        effects.append(.listen(source))
        effects.append(.resendRequests(after: continuation.requests))
    }

    /// A snapshot came.
    ///
    /// - Returns: Whether it counts. What does not count is dropped.
    package mutating func hears(_ source: Source, at now: Duration) -> Bool {
        guard source == current, login != nil else { return false }
        switch state {
        case .playing: break
        // The zone was silent for long, but it is still the one.
        case .asking: state = .playing
        case .joining, .ended: return false
        }
        heardAt = now
        return true
    }

    /// A notice came.
    ///
    /// - Returns: Whether it is the next one of the session, and counts.
    package mutating func counts(notice number: UInt64, from source: Source, at now: Duration)
        -> Bool
    {
        guard hears(source, at: now), number == notices + 1 else { return false }
        notices = number
        return true
    }

    /// The shell cannot connect as it was told: a world server knows more.
    package mutating func askWorld(at now: Duration) {
        guard case .joining = state else { return }
        state = .asking(nextAt: now)
    }

    /// The connection to a zone is lost.
    package mutating func disconnected(
        from process: ZoneProcess, at now: Duration, into effects: inout [Effect]
    ) {
        guard isPlaying, current?.process == process else { return }
        join(process, .session, at: now, into: &effects)
    }

    /// The connection to a zone is lost, and tries to come back by itself. A world server knows whether the zone still
    /// has the character.
    package mutating func interrupted(
        from process: ZoneProcess, at now: Duration, into effects: inout [Effect]
    ) {
        guard isPlaying, current?.process == process else { return }
        ask(at: now, into: &effects)
    }
}
