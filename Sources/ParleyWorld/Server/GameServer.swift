public import ParleyProtocol
public import ParleySessions
public import ParleySockets
import Synchronization

/// Runs a world and lets players into it.
///
/// ```swift
/// let server = GameServer(world: ArenaWorld(), configuration: .init(port: 9099))
/// try await withThrowingTaskGroup(of: Void.self) { group in
///     group.addTask { try await server.run() }
///     group.addTask { for await event in server.events { print(event) } }
///     try await group.waitForAll()
/// }
/// ```
///
/// `run()` holds acceptor, UDP receiver, tick loop and broadcaster as child tasks, all on one thread.
public actor GameServer<W: World> {
    /// The world that it runs.
    public nonisolated let world: W

    /// Its ports, rates and limits.
    public nonisolated let configuration: GameServerConfiguration

    /// The network that it listens on.
    public nonisolated let network: any Network

    /// Joins, departures and refusals, as they happen. The stream ends with `run()`.
    ///
    /// It is for one reader. A reader that is behind by more than 1,024 events misses the oldest.
    public nonisolated let events: AsyncStream<ServerEvent>

    let eventSink: AsyncStream<ServerEvent>.Continuation
    let addresses = Promise<Result<ServerAddresses, any Error>>()
    /// The newest snapshot only: a broadcaster that falls behind skips to it.
    let publications = Mailbox<Publication<W.Game.Snapshot>>(bound: .keepNewest(count: 1))
    let cadence: SnapshotCadence
    /// The tick of the newest publication that the broadcaster has taken.
    nonisolated let broadcastTick = Atomic<UInt32>(0)
    /// The newest ticks that were published for plain and for predicting clients.
    var publishedPlain = Tick(number: 0)
    var publishedWorld = Tick(number: 0)
    let stepDuration: Duration
    /// The players' sessions. They carry bytes: what a request or a command is, only the server knows.
    nonisolated let sessions: SessionListener
    /// A step's commands before and while they are decoded, which no lock waits for.
    var commands = EncodedCommands()
    var decoder: CommandDecoder<W.Game.Command>
    /// How predicting clients are served; nil in a world without them.
    nonisolated let predictionParameters: PredictionParameters<W.Game.Command>?
    var tick = Tick(number: 0)
    var counters = ServerStatistics()
    nonisolated let recording: Recording?
    var recorder: SessionRecorder<W.Game>?
    /// Whether ticks are still recorded.
    var isRecording = false
    private var hasRun = false
    /// Asked before each step and each snapshot: while it is true, no time passes in the world.
    nonisolated let isFrozen: @Sendable () -> Bool
    /// Asked before and after each step: which predicting players get a snapshot after it, or none, whatever their turn.
    nonisolated let snapshotExceptions: @Sendable () -> SnapshotExceptions

    /// A server that is not yet running.
    ///
    /// - Parameters:
    ///   - world: The game's state and rules.
    ///   - configuration: Ports, rates and limits.
    ///   - network: The system's sockets, or a simulation's. The server uses one of its loops.
    ///   - recording: Where every tick is recorded; nil for nowhere. In a simulation it has to be in
    ///     memory.
    ///   - authenticator: Checks who a player is before the world is asked; nil lets anyone in.
    public init(
        world: W, configuration: GameServerConfiguration = GameServerConfiguration(),
        network: any Network = SystemNetwork(), recording: Recording? = nil,
        authenticator: (any Authenticator)? = nil
    ) {
        self.init(
            world: world, configuration: configuration, network: network, recording: recording,
            authenticator: authenticator, isFrozen: { false },
            snapshotExceptions: { SnapshotExceptions() })
    }

    /// The same, for a world that may have to stand still, and whose bodies come and go apart from their players.
    ///
    /// - Parameters:
    ///   - isFrozen: Asked before each step and each snapshot. While it is true no step runs, none is made up
    ///     for later, and no snapshot leaves.
    ///   - snapshotExceptions: Asked before and after each step: which predicting players get a snapshot after it, or none,
    ///     whatever their turn.
    package init(
        world: W, configuration: GameServerConfiguration, network: any Network,
        recording: Recording?, authenticator: (any Authenticator)?,
        isFrozen: @escaping @Sendable () -> Bool,
        snapshotExceptions: @escaping @Sendable () -> SnapshotExceptions
    ) {
        self.isFrozen = isFrozen
        self.snapshotExceptions = snapshotExceptions
        self.world = world
        self.configuration = configuration
        self.network = network
        self.recording = recording
        (events, eventSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1_024))
        cadence = SnapshotCadence(
            tickRate: configuration.tickRate, snapshotRate: configuration.snapshotRate)
        stepDuration = .seconds(1) / max(1, configuration.tickRate)
        predictionParameters = world.predictionParameters
        decoder = CommandDecoder(
            standIn: world.predictionParameters?.standIn(configuration.tickRate))
        let (sink, schema) = (eventSink, world.predictionParameters?.schema)
        sessions = SessionListener(
            configuration: configuration.sessions(of: W.Game.name, schema: schema),
            network: network, authenticator: authenticator
        ) { sink.yield(ServerEvent($0)) }
    }

    /// The counts since the start.
    public var statistics: ServerStatistics {
        get async {
            let sessions = await sessions.statistics
            var statistics = counters
            statistics.add(sessions)
            self.sessions.reception.withLock { reception in
                statistics.received = reception.counted
                statistics.input.given = reception.table.commandTotals.given
                statistics.input.missed = reception.table.commandTotals.missed
            }
            return statistics
        }
    }

    /// The statistics of a predicting client's commands; nil for a player who is not in, or whose
    /// client does not predict.
    public nonisolated func commandStatistics(of player: PlayerID) -> CommandStatistics? {
        sessions.reception.withLock { $0.table.commandStatistics(of: player) }
    }

    /// Waits until clients can connect.
    ///
    /// - Returns: The addresses as bound, with the port that 0 became.
    /// - Throws: What `run()` threw instead.
    public nonisolated func ready() async throws -> ServerAddresses {
        try await addresses.value().get()
    }

    /// Disconnects a player with a text. A disconnected player gets no message, and cannot come
    /// back.
    public func kick(_ player: PlayerID, because text: String) async {
        await sessions.end(player, .kicked(text))
    }

    /// Serves until cancelled, or until the world's `run` or a socket fails.
    ///
    /// Cancelling the task stops the server: every player gets a goodbye, queued messages are sent
    /// (`closingTimeout` bounds it), every socket is closed, every stream finishes; then it returns.
    ///
    /// - Throws: `GameServerError`, the sockets' errors when a port cannot be had,
    ///   `RecordingFailure` when a recording cannot begin, or what `World.run()` threw.
    public func run() async throws {
        guard !hasRun else { throw GameServerError.alreadyRun }
        hasRun = true
        defer {
            addresses.fulfil(.failure(GameServerError.ended))
            eventSink.finish()
        }
        do {
            if let complaint = configuration.complaint {
                throw GameServerError.invalidConfiguration(complaint)
            }
            try await serve()
        } catch {
            addresses.fulfil(.failure(error))
            guard Task.isCancelled, error is CancellationError else { throw error }
        }
    }
}
