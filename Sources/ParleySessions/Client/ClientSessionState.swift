package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// One client's session as a value: messages, losses and times go in, and what to do comes out.
///
/// ``ClientSession`` owns the sockets and does it.
package struct ClientSessionState: Sendable {
    /// What a message of the server asks for.
    package enum MessageAction: Sendable {
        /// The session begins.
        case begin(ServerWelcome)
        /// The session goes on; these messages have to be sent again, in order.
        case resume(ArraySlice<Datagram>, SessionResumed)
        /// The game gets a notice.
        case deliver(Datagram)
        /// A packet came through the tunnel.
        case receive(Datagram)
    }

    /// What to do a quarter of a second after the last check.
    package struct Check: Sendable {
        /// Whether to ping the server.
        package var pings: Bool
        /// Why to give the connection up, if so.
        package var interruption: ClientSessionError?
    }

    private let configuration: ClientSessionConfiguration
    private var joining: (step: JoiningStep, since: NetworkInstant)
    private var activity: LinkActivity?
    /// When the newest hello or resume was sent.
    private var asked: NetworkInstant
    private var lostSince: NetworkInstant?
    private var schedule: ReconnectSchedule?
    private var attempts: UInt32 = 0
    private var deliveredNotices: UInt64 = 0
    private var hasEnded = false
    /// The secret of the next resume.
    private var secret: ResumeSecret?
    /// This client's part of the keys that the newest resume asked for.
    package private(set) var newestRandom: SessionRandom?

    /// The server's answer to the hello; nil while there is no session.
    package private(set) var welcome: ServerWelcome?
    /// The messages sent over TCP.
    package var messages: ResendTail
    /// The measurements of the link.
    package var meter = LinkMeter()

    /// The state before the first connection.
    package init(_ configuration: ClientSessionConfiguration, at now: NetworkInstant) {
        self.configuration = configuration
        messages = ResendTail(maximumBytes: configuration.resendBytes)
        joining = (.resolving, now)
        asked = now
    }
}

// MARK: - Questions

extension ClientSessionState {
    /// Whether there is a session, and no connection.
    package var isLost: Bool { welcome != nil && lostSince != nil }

    /// How long the server has taken since the newest hello or resume.
    package func answerTime(at now: NetworkInstant) -> Duration { asked.duration(to: now) }

    /// How long the current try to reconnect may take; nil on the first connection.
    package func patience(at now: NetworkInstant) -> Duration? { schedule?.patience(at: now) }

    /// What the player sees.
    package func connectionState(at now: NetworkInstant) -> ClientConnectionState {
        if hasEnded { return .ended }
        guard welcome != nil, let activity else {
            return .joining(joining.step, since: joining.since)
        }
        if let lostSince { return .reconnecting(since: lostSince) }
        return activity.state(at: now)
    }
}

// MARK: - Joining and the stream

extension ClientSessionState {
    /// Notes a step before the welcome.
    package mutating func join(_ step: JoiningStep, at now: NetworkInstant) {
        joining = (step, now)
        if step == .waitingForServer { asked = now }
    }

    /// Takes a message of the server.
    ///
    /// - Throws: The reason why the connection ends.
    package mutating func receive(
        _ message: ServerMessage, at now: NetworkInstant
    ) throws(ClientSessionError) -> MessageAction {
        activity?.hearMessage(at: now)
        switch message {
        case .welcome(let welcome):
            try begin(welcome, at: now)
            return .begin(welcome)
        case .resumed(let resumed):
            let missing = try resume(received: resumed.requests, at: now)
            secret = resumed.secret
            return .resume(missing, resumed)
        case .packet(let packet):
            guard welcome != nil, lostSince == nil else {
                throw .protocolViolation("a packet before the welcome")
            }
            return .receive(packet)
        case .notice(let payload):
            guard welcome != nil, lostSince == nil else {
                throw .protocolViolation("a notice before the welcome")
            }
            return .deliver(payload)
        case .goodbye(let goodbye):
            throw goodbye.code == .refused && welcome == nil
                ? .refused(goodbye.text) : .goodbye(goodbye)
        }
    }

    private mutating func begin(
        _ welcome: ServerWelcome, at now: NetworkInstant
    ) throws(ClientSessionError) {
        guard self.welcome == nil else { throw .protocolViolation("a second welcome") }
        guard welcome.version == SessionFormat.version else {
            throw .protocolViolation(
                "it speaks session protocol \(welcome.version), "
                    + "this client \(SessionFormat.version)")
        }
        // What a predicting client computes in one call grows with the rate.
        guard (1...1_000).contains(welcome.tickRate), welcome.snapshotRate > 0 else {
            throw .protocolViolation(
                "it runs \(welcome.tickRate) ticks and \(welcome.snapshotRate) snapshots a second; "
                    + "1 to 1,000 ticks are possible")
        }
        self.welcome = welcome
        secret = welcome.secret
        activity = LinkActivity(since: now, after: asked.duration(to: now))
    }

    private mutating func resume(
        received: UInt64, at now: NetworkInstant
    ) throws(ClientSessionError) -> ArraySlice<Datagram> {
        guard isLost else {
            throw .protocolViolation("it goes on with a session that is not lost")
        }
        guard let missing = messages.messages(after: received) else {
            let text = "the server missed more requests than the client keeps"
            throw .goodbye(Goodbye(code: .notResumed, text: text))
        }
        messages.release()
        lostSince = nil
        activity?.reconnect(at: now, after: asked.duration(to: now))
        return missing
    }

    /// Notes that the game has got a notice.
    package mutating func countNotice() { deliveredNotices += 1 }

    /// The session is over.
    package mutating func end() {
        welcome = nil
        hasEnded = true
    }
}

// MARK: - Datagrams and pings

extension ClientSessionState {
    /// Notes an answer to a ping, whichever way it came.
    package mutating func pong(mark: UInt32, tick: Tick, at now: NetworkInstant) {
        meter.pong(mark: mark, tick: tick, at: now)
    }

    /// Notes a packet that came through the tunnel.
    package mutating func hearTunnelled(at now: NetworkInstant) {
        activity?.hearMessage(at: now)
    }

    /// Notes a datagram that the game has taken.
    package mutating func hearDatagram(at now: NetworkInstant) {
        activity?.hearDatagram(at: now)
    }

    /// Judges the link, four times a second.
    ///
    /// The client pings once a second; each time until the first answer, while no datagram comes
    /// and while there is no connection.
    ///
    /// - Parameter round: The number of the call.
    /// - Throws: `noAnswer` when the server has not answered the hello in time.
    package func check(
        _ round: Int, at now: NetworkInstant
    ) throws(ClientSessionError) -> Check {
        guard welcome != nil, let activity else {
            if asked.duration(to: now) >= configuration.welcomeTimeout {
                throw .noAnswer(configuration.welcomeTimeout)
            }
            return Check(pings: false)
        }
        let isSilent = activity.silence(at: now) >= configuration.serverTimeout
        let isUrgent =
            meter.statistics.roundTripTime == nil || isLost
            || activity.datagramSilence(at: now) > .milliseconds(250)
        return Check(
            pings: isUrgent || round % 4 == 0,
            interruption: isSilent && !isLost ? .serverSilent(configuration.serverTimeout) : nil)
    }
}

// MARK: - Losses and other connections

extension ClientSessionState {
    /// Decides what follows from the loss of a connection, or of a try to get one.
    ///
    /// - Throws: The error that ends the session.
    package mutating func outage(
        after error: ClientSessionError, at now: NetworkInstant
    ) throws(ClientSessionError) {
        if schedule != nil, isLost {
            // This try failed.
            switch error {
            // A server that was restarted, for example, does not know the session.
            case .goodbye(let goodbye) where goodbye.code == .notResumed: throw error
            case .protocolViolation: throw error
            default: return
            }
        }
        // A try may be given up in the moment in which the server lets the player in again: its
        // connection is lost then, like any other.
        let isInterruption = error.isInterruption || (schedule != nil && error.isNoAnswer)
        guard welcome != nil, configuration.reconnectsFor > .zero, isInterruption else {
            throw error
        }
        lostSince = lostSince ?? now
        let reason = error.isNoAnswer ? schedule?.reason ?? error : error
        schedule = ReconnectSchedule(reason, since: now, limit: configuration.reconnectsFor)
    }

    /// When to try to get another connection.
    ///
    /// - Throws: `.notReconnected` with the reason of the outage when its time is over.
    package mutating func nextTry(
        at now: NetworkInstant, random: inout some RandomNumberGenerator
    ) throws(ClientSessionError) -> NetworkInstant {
        guard let time = schedule?.nextTry(at: now, random: &random) else {
            throw .notReconnected(within: configuration.reconnectsFor, after: lossReason)
        }
        return time
    }

    /// The first message on another connection.
    ///
    /// - Parameters:
    ///   - hello: The session's hello.
    ///   - random: This client's part of the new keys.
    ///   - now: When it is sent.
    /// - Throws: The reason of the outage when there is no session any more.
    package mutating func nextResume(
        of hello: ClientHello, random: SessionRandom, at now: NetworkInstant
    ) throws(ClientSessionError) -> SessionResume {
        guard let welcome, let secret else { throw lossReason }
        newestRandom = random
        attempts += 1
        asked = now
        return SessionResume(
            player: welcome.player, secret: secret, attempt: attempts,
            notices: deliveredNotices, random: random, game: hello.game, schema: hello.schema)
    }

    private var lossReason: ClientSessionError { schedule?.reason ?? .notJoined }
}
