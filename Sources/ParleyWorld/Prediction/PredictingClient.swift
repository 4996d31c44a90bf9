public import ParleyProtocol
public import ParleySessions
public import ParleySockets
import Synchronization

/// A player's side of a game with rules: a command takes effect in the same frame, and the server
/// has the last word.
///
/// ```swift
/// try await PredictingClient<Race>.play(on: "localhost", port: 9099, as: "Ann") { client in
///     for await frame in client.frames {
///         client.command = hands.command
///         draw(frame.me, frame.entities(of: Race.bodies))
///     }
/// }
/// ```
///
/// A command holds until another is set. The client takes it once a tick, sends it with copies of
/// the commands before, and runs it by the game's rules at once. See `Documentation/Prediction.md`.
public actor PredictingClient<G: GameRules> {
    private let client: GameClient<G>
    nonisolated let predictor: PredictionLoop<G>

    /// How the client behaves.
    public nonisolated let configuration: GameClientConfiguration

    /// The network that it runs on.
    public nonisolated let network: any Network

    /// A client that is not yet connected.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its TCP port; the welcome tells the UDP port.
    ///   - name: 1 to 32 bytes of UTF-8; the server appends a number if the name is taken.
    ///   - join: What the world gets beside the name, at most 512 bytes.
    ///   - configuration: Timeouts, bounds and rates.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        server host: String, port: UInt16, name: String, join: G.Join,
        configuration: GameClientConfiguration = GameClientConfiguration(),
        network: any Network = SystemNetwork()
    ) {
        self.configuration = configuration
        self.network = network
        predictor = PredictionLoop(
            packetRate: configuration.commandPacketRate, limits: configuration.prediction)
        client = GameClient(
            server: host, port: port, name: name, join: join, configuration: configuration,
            network: network, audience: predictor)
    }

    // MARK: Playing

    /// The command of each tick from now on, until it is set again; the rules' idle command at
    /// first.
    public nonisolated var command: G.Command {
        get { predictor.command }
        set { predictor.command = newValue }
    }

    /// Gives a command for the next tick alone, before ``command`` holds again.
    ///
    /// - Returns: false when the command is not taken: before the first snapshot, or when as many
    ///   wait already as `PredictionLimits.queuedCommands` allows.
    @discardableResult
    public nonisolated func sendOnce(_ command: G.Command) -> Bool { predictor.sendOnce(command) }

    /// Whether the player's body is drawn where it is predicted; when false, where the server had
    /// it, as late as all other entities. The commands are the same either way.
    public nonisolated var predicts: Bool {
        get { predictor.predicts }
        set { predictor.predicts = newValue }
    }

    /// The frame to draw now; nil before the first snapshot.
    public nonisolated func frame() -> GameFrame<G>? { predictor.frame(at: network.clock.now) }

    /// Frames to draw, as many a second as the configuration's `frameRate`; ends with the session.
    ///
    /// Each frame is made on demand: a slow reader skips frames and gets the newest.
    public nonisolated var frames: AsyncStream<GameFrame<G>> {
        frames(perSecond: configuration.frameRate)
    }

    /// Frames to draw, a number a second; ends with the session.
    public nonisolated func frames(perSecond rate: Double) -> AsyncStream<GameFrame<G>> {
        let pace = FramePacer(rate: rate, clock: network.clock)
        return AsyncStream { [predictor, client, clock = network.clock] in
            await predictor.waitUntilSeen()
            guard await pace.wait(), client.session.isJoined else { return nil }
            return predictor.frame(at: clock.now)
        }
    }

    /// Draws the body from this pose on, and from there to where it is predicted: it was drawn there by another client
    /// of the same player.
    package nonisolated func goOn(from pose: G.Body.Pose) { predictor.goOn(from: pose) }

    /// The client's link, clocks, predictions and traffic.
    public nonisolated var statistics: PlayStatistics {
        var statistics = predictor.statistics(at: network.clock.now)
        statistics.link = client.linkStatistics
        return statistics
    }

    // MARK: The session

    /// The server's notices, in order; none is dropped. See ``GameClient/notices``.
    public nonisolated var notices: AsyncStream<G.Notice> { client.notices }

    /// Waits until the server has let the player in.
    ///
    /// - Returns: The player as the server sees it.
    /// - Throws: The error of `run()`; `CancellationError` when it was cancelled.
    public nonisolated func joined() async throws -> Player { try await client.joined() }

    /// Whether the client is connected, and if not, why.
    public nonisolated var connectionState: ClientConnectionState { client.connectionState }

    /// Whether the session is encrypted, and how the server was verified; nil while there is none.
    public nonisolated var security: SessionSecurity? { client.security }

    /// Makes a request over TCP: it arrives, once and in order. See ``GameClient/request(_:)``.
    ///
    /// - Throws: `GameClientError.notJoined`, `.unsendable`, or the connection's `SendError`.
    public nonisolated func request(_ request: G.Request) async throws {
        try await client.request(request)
    }

    /// Connects, joins and stays until the server ends the session or the task is cancelled.
    ///
    /// Cancelling is the way to leave: the client notifies the server, and the call returns without
    /// an error.
    ///
    /// - Throws: `GameClientError`, with the server's text where it gave one.
    public func run() async throws {
        defer { predictor.finish() }
        try await client.run()
    }

    /// Joins a game for as long as `body` runs, and leaves it then.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its TCP port.
    ///   - name: The name that the player would like.
    ///   - join: What the world gets beside the name, at most 512 bytes.
    ///   - configuration: Timeouts, bounds and rates.
    ///   - network: The system's sockets, or a simulation's.
    ///   - body: Runs after the welcome; cancelled when the session ends.
    /// - Returns: The result of `body`.
    /// - Throws: `GameClientError` when the session could not begin or ended before `body`; else
    ///   the error of `body`.
    public static func play<Outcome: Sendable>(
        on host: String, port: UInt16, as name: String, join: G.Join,
        configuration: GameClientConfiguration = GameClientConfiguration(),
        network: any Network = SystemNetwork(),
        _ body: @escaping @Sendable (PredictingClient<G>) async throws -> Outcome
    ) async throws -> Outcome {
        let client = PredictingClient(
            server: host, port: port, name: name, join: join, configuration: configuration,
            network: network)
        return try await playSession(
            run: { try await client.run() }, joined: { try await client.joined() },
            body: { try await body(client) })
    }
}
