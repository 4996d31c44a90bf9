import ParleyDatagrams
public import ParleyHandoff
import ParleyProtocol
public import ParleySockets
public import ParleyWorld
import Synchronization

/// A player's side of a realm: it logs in at a world server, plays in the zone that holds its character, and follows it
/// over borders.
///
/// ```swift
/// let client = RealmClient<Ice>(at: "localhost", port: 9000, as: .name("ann"))
/// try await withThrowingTaskGroup(of: Void.self) { group in
///     group.addTask { try await client.run() }
///     for await frame in client.frames { draw(frame.game, in: frame.zone) }
/// }
/// ```
///
/// Before it crosses a border it is connected to both zones, and its commands go to both. A frame is always of one zone.
public actor RealmClient<Rules: GameRules> {
    /// The world servers, in the order in which they are tried.
    public nonisolated let worlds: [WorldAddress]
    /// How the client behaves.
    public nonisolated let configuration: RealmClientConfiguration
    /// The network that it runs on.
    public nonisolated let network: any Network

    nonisolated let login: RealmLogin
    nonisolated let core: RealmClientCore<Rules>
    /// Connections that are to begin, for the task that runs them.
    private nonisolated let starts = BoundedMailbox<ZoneSession<Rules>>(capacity: 64)
    /// Why the session is over.
    private nonisolated let failure = Promise<RealmClientError>()
    private var hasRun = false

    /// A client of a realm with one world server, which is not yet connected.
    ///
    /// - Parameters:
    ///   - host: The world server's name or address.
    ///   - port: Its port for players.
    ///   - login: Who plays.
    ///   - configuration: Timeouts, bounds and rates.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        at host: String, port: UInt16, as login: RealmLogin,
        configuration: RealmClientConfiguration = RealmClientConfiguration(),
        network: any Network = SystemNetwork()
    ) {
        self.init(
            at: [WorldAddress(host: host, port: port)], as: login, configuration: configuration,
            network: network)
    }

    /// A client that is not yet connected.
    ///
    /// It leaves a world server that is lost or silent, and goes on with the next one of the list. Shuffled lists spread
    /// players over the servers.
    ///
    /// - Parameters:
    ///   - worlds: The realm's world servers: the first is tried first.
    ///   - login: Who plays.
    ///   - configuration: Timeouts, bounds and rates.
    ///   - network: The system's sockets, or a simulation's.
    /// - Precondition: There is a world server.
    public init(
        at worlds: [WorldAddress], as login: RealmLogin,
        configuration: RealmClientConfiguration = RealmClientConfiguration(),
        network: any Network = SystemNetwork()
    ) {
        precondition(!worlds.isEmpty, "a realm has a world server")
        self.worlds = worlds
        self.login = login
        self.configuration = configuration
        self.network = network
        core = RealmClientCore(configuration, network: network)
    }

    // MARK: Playing

    /// The command of each tick from now on, until it is set again; the rules' idle command at first.
    public nonisolated var command: Rules.Command {
        get { core.command }
        set { core.command = newValue }
    }

    /// The frame to draw now; nil before the first snapshot with the player's body, and while no zone is connected.
    ///
    /// During a crossing the last frame of the old zone stands until the new one has the body.
    public nonisolated func frame() -> RealmFrame<Rules>? { core.frame() }

    /// Frames to draw, as many a second as the configuration's `zone.frameRate`; ends with the session.
    public nonisolated var frames: AsyncStream<RealmFrame<Rules>> {
        let pace = FramePacer(rate: configuration.zone.frameRate, clock: network.clock)
        return AsyncStream { [core] in
            while await pace.wait(), !core.hasEnded {
                if let frame = core.frame() { return frame }
            }
            return nil
        }
    }

    /// The zones' notices, in order, each once, also over borders. For one reader.
    public nonisolated var notices: AsyncStream<Rules.Notice> {
        AsyncStream { [inbox = core.notices] in await inbox.next() }
    }

    /// What other players say. For one reader.
    public nonisolated var chat: AsyncStream<ChatLine> { core.chat.elements }

    /// Makes a request: it is applied once and in order, also over borders.
    ///
    /// - Throws: The error of its encoding, or ``RealmClientError/tooManyRequests``.
    public nonisolated func request(_ request: Rules.Request) throws {
        try core.queue(try Datagram(encoding: request))
    }

    /// Says something to everybody in the realm, or in the zone. It is heard at most once.
    public nonisolated func say(_ text: String, to range: ChatRange = .zone) {
        core.tellWorld(.chat(range, text))
    }

    /// Says something to one player. It is heard at most once.
    public nonisolated func whisper(to name: String, _ text: String) {
        core.tellWorld(.whisper(to: name, text))
    }

    // MARK: Questions

    /// Where the player stands.
    public nonisolated var connectionState: RealmConnectionState { core.connectionState }

    /// How the zone that is shown is reached: through TCP where UDP is blocked, for example. Nil while there is none.
    public nonisolated var zoneConnection: ClientConnectionState? {
        core.shownClient?.connectionState
    }

    /// Whether the connection to the zone that is shown is encrypted, and how the zone was verified; nil while there is none.
    public nonisolated var zoneSecurity: SessionSecurity? { core.shownClient?.security }

    /// The player's character; nil before the login.
    public nonisolated var character: CharacterID? { core.character }

    /// What begins a later session without a password, once; nil before the login. It is a secret.
    public nonisolated var reEntryToken: [UInt8]? { core.reEntryToken }

    /// What the client has counted.
    public nonisolated var statistics: RealmClientStatistics { core.statistics }

    // MARK: Running

    /// Logs in, plays and stays until the session is over or the task is cancelled.
    ///
    /// Cancelling is the way to leave: the character leaves the realm, and the call returns without an error.
    ///
    /// - Throws: ``RealmClientError``.
    public func run() async throws {
        guard !hasRun else { throw RealmClientError.alreadyRun }
        hasRun = true
        defer { core.end() }
        do {
            let loop = network.nextLoop()
            try await withTaskExecutorPreference(loop.taskExecutor) { try await follow() }
        } catch {
            // A failure that follows from the cancellation is no error of the session.
            guard Task.isCancelled else { throw error }
        }
    }

    /// Runs connections as child tasks, until the session is over.
    private func follow() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.stayConnected() }
            group.addTask { try await self.keepTime() }
            group.addTask { await self.sendRequests() }
            group.addTask { throw try await self.failure.value() }
            while let zone = await starts.next() {
                group.addTask { await self.play(in: zone) }
            }
            try Task.checkCancellation()
        }
    }

    /// Takes an event, in the task that it happened in. All of them run on one loop, one after another.
    nonisolated func take(_ event: RealmEvent) {
        do throws(RealmClientError) {
            for zone in try core.take(event) where !starts.offer(zone) { core.drop(zone) }
        } catch {
            failure.fulfil(error)
            // A child's error cancels the others, and not the one that starts them.
            starts.finish()
        }
    }

    private func keepTime() async throws {
        while true {
            try await network.clock.sleep(for: .milliseconds(20))
            take(.time)
        }
    }

    /// Sends requests in their order, to the zone that counts.
    private func sendRequests() async {
        for await _ in core.requestSignal.elements() {
            while let (client, request) = core.nextRequest() {
                try? await client.request(request)
            }
        }
    }

    /// Plays in a zone for as long as that connection lasts.
    private func play(in zone: ZoneSession<Rules>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await zone.client.run()
                } catch {
                    self.core.note("zone \(zone.process.zone): \(error)")
                }
            }
            group.addTask {
                for await notice in zone.client.notices {
                    self.take(.notice(zone.id, notice.content))
                }
            }
            group.addTask { _ = try? await zone.stop.value() }
            await group.next()
            group.cancelAll()
        }
        take(.sessionEnded(zone.id))
    }
}
