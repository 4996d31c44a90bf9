public import ParleyProtocol
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
/// In place of the parts that a Panda3D server polls from its task manager
/// (`QueuedConnectionListener`, `QueuedConnectionReader`, `ConnectionWriter`), one `run()` holds
/// them all as child tasks.
public actor GameServer<W: World> {
    /// Somebody who said hello; `isPlaying` from the tick on at which the world let them in.
    struct PlayerSession {
        let player: Player
        let token: SessionToken
        /// From the reader to the ticks; a reader that is ahead waits, and so does the peer behind it.
        let requests = BoundedMailbox<W.Game.Request>(capacity: 64)
        /// The newest connection; nil while the player is away.
        var link: PlayerLink?
        var isPlaying = false
        /// The notices.
        var sent: ResendTail
        /// How many requests came.
        var received: UInt64 = 0
        /// The newest try to come back.
        var attempt: UInt32 = 0
        /// How often that may be: each return may have all that is kept sent again.
        var returns = RateLimit(perSecond: 2, burst: 10)
    }

    /// A player who has lost the connection, and may come back.
    struct DisconnectedPlayer {
        let player: PlayerID
        let reason: LeaveReason
        let deadline: NetworkInstant
    }

    /// A connection that has not said hello.
    struct PendingConnection {
        let link: PlayerLink
        let deadline: NetworkInstant
    }

    /// The world that it runs.
    public nonisolated let world: W

    /// How it serves.
    public nonisolated let configuration: GameServerConfiguration

    /// What it runs on.
    public nonisolated let network: any Network

    /// Joins, departures and refusals, as they happen; ends with `run()`.
    ///
    /// For one reader; who is behind by more than 1,024 events misses the oldest.
    public nonisolated let events: AsyncStream<ServerEvent>

    let eventSink: AsyncStream<ServerEvent>.Continuation
    let addresses = Promise<Result<ServerAddresses, any Error>>()
    /// The newest snapshot only: a broadcaster that is late skips some.
    let publications = Mailbox<Publication<W.Game.Snapshot>>(bound: .keepNewest(count: 1))
    let cadence: SnapshotCadence
    let stepDuration: Duration
    /// Locked instead of isolated, so that a datagram changes no executor: that would cost more than
    /// all the rest of it.
    nonisolated let reception: Mutex<Reception<W.Game.Command>>
    /// What predicting clients are served by, nil in a world without them.
    nonisolated let predictionParameters: PredictionParameters<W.Game.Command>?
    var sessions: [PlayerID: PlayerSession] = [:]
    /// In the order of their deadlines.
    var pendingConnections: [PendingConnection] = []
    /// In the order of their deadlines.
    var disconnectedPlayers: [DisconnectedPlayer] = []
    /// Those whom the world is asked about at the next tick, and those it is told have gone.
    var joining: [PlayerID] = []
    var leaving: [Departure] = []
    /// Those whom the world is being asked about; the reason when they have gone meanwhile.
    var entering: [PlayerID: LeaveReason?] = [:]
    var tick = Tick(number: 0)
    /// Whether some player's requests may be waiting for the next step.
    var hasRequests = false
    var random: any RandomNumberGenerator & Sendable
    var counters = ServerStatistics()
    var udpPort: UInt16 = 0
    nonisolated let recording: Recording?
    var recorder: SessionRecorder<W.Game>?
    /// Whether ticks are recorded still.
    var isRecording = false
    private var hasRun = false

    /// A server that is not yet running.
    ///
    /// - Parameters:
    ///   - world: The game's state and rules.
    ///   - configuration: Ports, rates and limits.
    ///   - network: The system's sockets, or a simulation's.
    ///   - recording: Where every tick is written down; nil for nowhere. In a simulation it has to
    ///     be in memory.
    public init(
        world: W, configuration: GameServerConfiguration = GameServerConfiguration(),
        network: any Network = SystemNetwork(), recording: Recording? = nil
    ) {
        self.world = world
        self.configuration = configuration
        self.network = network
        self.recording = recording
        (events, eventSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1_024))
        cadence = SnapshotCadence(
            tickRate: configuration.tickRate, snapshotRate: configuration.snapshotRate)
        stepDuration = .seconds(1) / max(1, configuration.tickRate)
        predictionParameters = world.predictionParameters
        reception = Mutex(
            Reception(
                table: PlayerTable(
                    limits: configuration.playerLimits, standIn: world.predictionParameters?.standIn
                )))
        random = network.makeRandomNumberGenerator()
    }

    /// What it has done so far.
    public var statistics: ServerStatistics {
        var statistics = counters
        statistics.players = sessions.values.count { $0.isPlaying }
        statistics.away = disconnectedPlayers.count
        statistics.received = reception.withLock { $0.counted }
        return statistics
    }

    /// What became of a predicting client's commands; nil for who is not in, or does not predict.
    public nonisolated func commandStatistics(of player: PlayerID) -> CommandStatistics? {
        reception.withLock { $0.table.commandStatistics(of: player) }
    }

    /// Waits until clients can connect.
    ///
    /// - Returns: The addresses as bound: what port 0 became.
    /// - Throws: What `run()` threw instead.
    public nonisolated func ready() async throws -> ServerAddresses {
        try await addresses.value().get()
    }

    /// Puts a player out, who is told the text; not who is away, and cannot come back any more.
    public func kick(_ player: PlayerID, because text: String) {
        if let link = sessions[player]?.link {
            link.end(.kicked(text))
        } else {
            removeDisconnected(of: player, because: .kicked(text))
        }
    }

    /// Serves until cancelled, or until the world's `run` or a socket fails.
    ///
    /// Cancelling the task is the way to stop: every player is told, what waits for them is sent
    /// (`closingTimeout` bounds it), every socket closed, every stream finished; then it returns.
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
            let executor = network.nextLoop().taskExecutor
            try await withTaskExecutorPreference(executor) { try await serve(on: executor) }
        } catch {
            addresses.fulfil(.failure(error))
            guard Task.isCancelled, error is CancellationError else { throw error }
        }
    }
}
