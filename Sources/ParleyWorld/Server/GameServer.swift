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
/// `run()` holds acceptor, UDP receiver, tick loop and broadcaster as child tasks, all on one thread.
/// A Panda3D server polls the same parts from its task manager (`QueuedConnectionListener`,
/// `QueuedConnectionReader`, `ConnectionWriter`).
public actor GameServer<W: World> {
    /// A player's session, from the hello on. `isPlaying` from the tick on at which the world let the
    /// player in.
    struct PlayerSession {
        let player: Player
        let token: SessionToken
        /// From the reader to the ticks. A reader that is ahead waits, and so does its peer.
        let requests = BoundedMailbox<W.Game.Request>(capacity: 64)
        /// The newest connection; nil while the player is away.
        var link: PlayerLink?
        var isPlaying = false
        /// The notices.
        var sent: ResendTail
        /// How many requests came.
        var received: UInt64 = 0
        /// The newest attempt to come back.
        var attempt: UInt32 = 0
        /// How often that may be: each return may have all kept notices sent again.
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
    /// Answers to pings, on their way to the socket.
    let pongs = Mailbox<Pong>(bound: .keepNewest(count: 1_024))
    let cadence: SnapshotCadence
    /// The tick of the newest publication that the broadcaster has taken.
    nonisolated let broadcastTick = Atomic<UInt32>(0)
    /// The newest ticks that were published for plain and for predicting clients.
    var publishedPlain = Tick(number: 0)
    var publishedWorld = Tick(number: 0)
    let stepDuration: Duration
    /// Locked instead of isolated, so that a datagram changes no executor, which would cost more than
    /// everything else about it.
    nonisolated let reception: Mutex<Reception>
    /// A step's commands before and while they are decoded, which no lock waits for.
    var commands = EncodedCommands()
    var decoder: CommandDecoder<W.Game.Command>
    /// How predicting clients are served; nil in a world without them.
    nonisolated let predictionParameters: PredictionParameters<W.Game.Command>?
    var sessions: [PlayerID: PlayerSession] = [:]
    /// In the order of their deadlines.
    var pendingConnections: [PendingConnection] = []
    /// In the order of their deadlines.
    var disconnectedPlayers: [DisconnectedPlayer] = []
    /// The players that join at the next tick, and those that left.
    var joining: [PlayerID] = []
    var leaving: [Departure] = []
    /// The players that the world is being asked about; with a reason if they left meanwhile.
    var entering: [PlayerID: LeaveReason?] = [:]
    var tick = Tick(number: 0)
    /// Whether requests may be waiting for the next step.
    var hasRequests = false
    var random: any RandomNumberGenerator & Sendable
    var counters = ServerStatistics()
    var udpPort: UInt16 = 0
    /// The UDP socket and the loop that it lives on, once they are open.
    var socket: DatagramSocket?
    var loop: (any NetworkLoop)?
    nonisolated let recording: Recording?
    var recorder: SessionRecorder<W.Game>?
    /// Whether ticks are still recorded.
    var isRecording = false
    private var hasRun = false

    /// A server that is not yet running.
    ///
    /// - Parameters:
    ///   - world: The game's state and rules.
    ///   - configuration: Ports, rates and limits.
    ///   - network: The system's sockets, or a simulation's. The server uses one of its loops.
    ///   - recording: Where every tick is recorded; nil for nowhere. In a simulation it has to be in
    ///     memory.
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
                    limits: configuration.playerLimits,
                    isPredicted: world.predictionParameters != nil)))
        decoder = CommandDecoder(
            standIn: world.predictionParameters?.standIn(configuration.tickRate))
        random = network.makeRandomNumberGenerator()
    }

    /// The counts since the start.
    public var statistics: ServerStatistics {
        var statistics = counters
        statistics.players = sessions.values.count { $0.isPlaying }
        statistics.away = disconnectedPlayers.count
        reception.withLock { reception in
            statistics.received = reception.counted
            statistics.input.given = reception.table.commandTotals.given
            statistics.input.missed = reception.table.commandTotals.missed
        }
        return statistics
    }

    /// The statistics of a predicting client's commands; nil for a player who is not in, or whose
    /// client does not predict.
    public nonisolated func commandStatistics(of player: PlayerID) -> CommandStatistics? {
        reception.withLock { $0.table.commandStatistics(of: player) }
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
    public func kick(_ player: PlayerID, because text: String) {
        if let link = sessions[player]?.link {
            link.end(.kicked(text))
        } else {
            removeDisconnected(of: player, because: .kicked(text))
        }
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
            let network = SingleLoopNetwork(network)
            try await withTaskExecutorPreference(network.loop.taskExecutor) {
                try await serve(on: network)
            }
        } catch {
            addresses.fulfil(.failure(error))
            guard Task.isCancelled, error is CancellationError else { throw error }
        }
    }
}
