import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleySecurity
import ParleySessions
import ParleySockets
import ParleyWorld
import Synchronization

/// What a realm client's tasks and its player's program share, under a lock.
final class RealmClientCore<Rules: GameRules>: Sendable {
    struct State: Sendable {
        var follower: ZoneFollower?
        var sessions: [ZoneSession<Rules>] = []
        /// Of the session whose frames are shown.
        var shown: UInt64?
        /// Of the session that was shown before, until the zone of the newer one counts.
        var former: UInt64?
        /// Where the character is on the way to, and the epoch at which that zone will hold it.
        var expected: (process: ZoneProcess, epoch: Epoch)?
        /// Where the zones' players connect, as travel notices and tickets have said.
        var addresses: [ZoneProcess: String] = [:]
        /// The newest ticket.
        var ticket: (process: ZoneProcess, bytes: Datagram)?
        /// What proves the session to a world server.
        var proof: Datagram?
        /// Whether a session was asked for by the login, and not by the proof.
        var isLoggingIn = false
        /// What begins the next session without a password.
        var token: Datagram?
        /// The requests of the session, to be sent again after a crossing.
        var requests = ResendTail(maximumBytes: requestBytes)
        /// Up to which request all are sent to the zone that counts.
        var sentThrough: UInt64 = 0
        var command = Rules.idle
        var world: Connection?
        var worldHeard: Duration
        /// Since when a question to the world server has no answer; nil while there is none.
        var askedAt: Duration?
        /// Since when it was asked whether it is there.
        var pingedAt: Duration?
        /// Since when neither a world server nor a zone has answered.
        var seekingSince: Duration
        var trouble = "no world server was reached yet"
        var nextID: UInt64 = 1
        var lastFrame: Duration?
        /// The newest frame with the own body of the session that is shown.
        var lastShown: RealmFrame<Rules>?
        var hasEnded = false
        var counts = RealmClientStatistics()
        var random: any RandomNumberGenerator & Sendable
    }

    let configuration: RealmClientConfiguration
    let network: any Network
    let notices: BoundedMailbox<Rules.Notice>
    let chat: ChatStream
    /// Signals that a request may be sent.
    let requestSignal = Mailbox<Bool>(bound: .keepNewest(count: 1))
    let state: Mutex<State>

    /// How many bytes of requests are kept.
    private static var requestBytes: Int { 64 * 1_024 }

    init(_ configuration: RealmClientConfiguration, network: any Network) {
        self.configuration = configuration
        self.network = network
        notices = BoundedMailbox(capacity: configuration.backlog)
        chat = ChatStream(backlog: configuration.backlog)
        let now = Duration.nanoseconds(network.clock.now.nanoseconds)
        state = Mutex(
            State(
                worldHeard: now, seekingSince: now, random: network.makeRandomNumberGenerator()))
    }

    /// The time since the network's epoch.
    var now: Duration { .nanoseconds(network.clock.now.nanoseconds) }

    // MARK: The player's program

    var command: Rules.Command {
        get { state.withLock { $0.command } }
        set {
            let clients = state.withLock { state in
                state.command = newValue
                return state.sessions.map(\.client)
            }
            for client in clients { client.command = newValue }
        }
    }

    /// The frame to draw now. The first one of a new zone begins where the last one of the old zone ended.
    ///
    /// Between two zones the body is in neither: the last frame with it is drawn on.
    func frame() -> RealmFrame<Rules>? {
        let now = now
        return state.withLock { state in
            state.show()
            guard let session = state.sessions.first(where: { $0.id == state.shown }),
                let frame = session.client.frame(), let epoch = session.shownEpoch
            else { return nil }
            guard frame.me != nil || frame.authoritative != nil else { return state.lastShown }
            if let last = state.lastFrame {
                state.counts.longestSilence = max(state.counts.longestSilence, now - last)
            }
            state.lastFrame = now
            let shown = RealmFrame(zone: session.process.zone, epoch: epoch, game: frame)
            state.lastShown = shown
            return shown
        }
    }

    /// Queues a request for the zone that counts.
    func queue(_ payload: Datagram) throws(RealmClientError) {
        try state.withLock { (state) throws(RealmClientError) in
            guard state.requests.hasRoom(for: payload, after: state.sentThrough) else {
                throw .tooManyRequests
            }
            state.requests.append(payload)
        }
        signalRequests()
    }

    func signalRequests() {
        var token = [true]
        _ = requestSignal.deliver(&token, cost: 0)
    }

    /// The next request to send, and over which connection.
    func nextRequest() -> (PredictingClient<ZoneGame<Rules>>, ZoneRequest)? {
        state.withLock { state in
            guard let session = state.current,
                let payload = state.requests.messages(after: state.sentThrough)?.first
            else { return nil }
            state.sentThrough += 1
            return (session.client, ZoneRequest(state.sentThrough, payload))
        }
    }

    var connectionState: RealmConnectionState {
        state.withLock { state in
            if state.hasEnded { return .ended }
            guard let follower = state.follower else { return .loggingIn }
            guard let current = follower.current else { return .entering }
            return follower.isPlaying
                ? .playing(current.process.zone) : .seeking(current.process.zone)
        }
    }

    /// The client of the zone that is shown.
    var shownClient: PredictingClient<ZoneGame<Rules>>? {
        state.withLock { state in state.sessions.first { $0.id == state.shown }?.client }
    }

    var character: CharacterID? { state.withLock { $0.follower?.character } }

    var reEntryToken: [UInt8]? { state.withLock { $0.token?.bytes } }

    var statistics: RealmClientStatistics {
        state.withLock { state in
            var counts = state.counts
            for session in state.sessions { counts.wrongPredictions += session.wrongPredictions }
            return counts
        }
    }

    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// The session is over.
    func end() {
        state.withLock { $0.hasEnded = true }
        notices.finish()
        chat.finish()
    }

    // MARK: The world server

    /// A connection to a world server is there: begins the session, or goes on with it.
    func useWorld(_ connection: Connection, login: RealmLogin, game: String) {
        let now = now
        let request: RealmRequest = state.withLock { state in
            state.world = connection
            state.worldHeard = now
            (state.askedAt, state.pingedAt) = (nil, nil)
            state.isLoggingIn = state.proof == nil
            if let proof = state.proof { return .comeBack(game: game, proof: proof) }
            return switch login {
            case .name(let name): .logIn(game: game, name: name, password: "")
            case .password(let name, let password):
                .logIn(game: game, name: name, password: password)
            case .token(let name, let token):
                .reEnter(game: game, name: name, token: Datagram(bytes: token))
            }
        }
        tellWorld(request)
    }

    /// Notes why something failed, for the error if nothing else succeeds.
    func note(_ trouble: String) {
        state.withLock { $0.trouble = trouble }
    }

    /// The connection to the world server is over.
    func loseWorld() {
        state.withLock { $0.world = nil }
    }

    /// Sends to the world server, if it is there.
    func tellWorld(_ request: RealmRequest) {
        let now = now
        let world = state.withLock { state in
            switch request {
            case .logIn, .reEnter, .comeBack, .locate: state.askedAt = state.askedAt ?? now
            case .ping: state.pingedAt = state.pingedAt ?? now
            case .chat, .whisper, .leave: break
            }
            return state.world
        }
        guard let world, let bytes = try? Datagram(encoding: request) else { return }
        try? world.offer(bytes)
    }

    /// How long the world server was silent.
    var worldSilence: WorldSilence {
        let now = now
        return state.withLock { state in
            WorldSilence(
                silence: now - state.worldHeard, unanswered: state.askedAt.map { now - $0 },
                unansweredPing: state.pingedAt.map { now - $0 })
        }
    }
}

extension RealmClientCore.State {
    /// The connection of the zone that counts.
    var current: ZoneSession<Rules>? {
        guard let source = follower?.current, follower?.isPlaying == true else { return nil }
        return sessions.last { $0.source == source }
    }

    /// Shows the zone that holds the character, as soon as it has a frame of the body.
    ///
    /// A zone that the character was on the way to has the body only once it holds it. Its word of that may be lost on the
    /// way and come later than the body; so the old zone's connection lasts until then.
    mutating func show() {
        if let session = next, session.client.frame()?.me != nil {
            if let old = sessions.first(where: { $0.id == shown }) {
                if let body = old.client.frame()?.me { session.client.goOn(from: body.pose) }
                if old.process.zone != session.process.zone { counts.crossings += 1 }
            }
            (former, shown) = (shown, session.id)
            lastShown = nil
        }
        guard let former, current?.id == shown else { return }
        sessions.first { $0.id == former }?.stop.fulfil(())
        self.former = nil
    }

    /// The session that is newer than the one that is shown; nil if there is none.
    private var next: ZoneSession<Rules>? {
        let epoch = sessions.first { $0.id == shown }?.shownEpoch
        if let current, current.id != shown, let own = current.epoch, own >= epoch ?? own {
            return current
        }
        guard let epoch else { return nil }
        return sessions.last { session in
            session.expected.map { $0 > epoch && !session.isStopping } ?? false
        }
    }
}

/// How long a world server was silent.
struct WorldSilence: Sendable {
    /// Since it was last heard.
    var silence: Duration
    /// Since a question that has no answer yet.
    var unanswered: Duration?
    /// Since a ping that has none.
    var unansweredPing: Duration?
}

/// Chat, for one reader. The oldest lines are dropped when too many wait.
struct ChatStream: Sendable {
    let elements: AsyncStream<ChatLine>
    private let sink: AsyncStream<ChatLine>.Continuation

    init(backlog: Int) {
        (elements, sink) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(max(1, backlog)))
    }

    func add(_ line: ChatLine) { sink.yield(line) }

    func finish() { sink.finish() }
}
