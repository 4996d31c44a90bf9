public import ParleyProtocol

/// The authoritative state of a game, and its rules: an actor that a `GameServer` runs.
///
/// When a tick begins, the server first resumes the world's own async code (`run`) that waited for it,
/// until all of it waits again. Then it makes one call into the world, which calls in this order:
/// `receive` for each request, `leave` and `join` for each player who left or came, `advance` for the
/// step itself, `takeNotices`, and, at the snapshot rate, `snapshot` or `replicate`. Nothing runs
/// in between, so the async code always sees a whole state.
///
/// ```swift
/// actor Walks: World {
///     typealias Game = WalkGame
///     let timeline = WorldTimeline()
///     func advance(_ step: TickStep, commands: [PlayerCommand<WalkGame.Command>]) { … }
///     …
/// }
/// ```
public protocol World: Actor {
    /// The messages of this game.
    associatedtype Game: GameProtocol

    /// The world's time, by which `sleep` waits. Make one with `WorldTimeline()` and keep it.
    nonisolated var timeline: WorldTimeline { get }

    /// Lets a player in, or refuses with a text for the player.
    ///
    /// Notices made here reach the player right after the welcome.
    ///
    /// - Parameter request: The player, and what the world may decide by: what the client sent, the
    ///   account, the address.
    func join(_ request: JoinRequest<Game>) throws(JoinRefusal)

    /// Removes a player. Called once for each player who joined, also when the server shuts down.
    func leave(_ player: PlayerID, because reason: LeaveReason)

    /// Takes a request. Each player's requests come in their order.
    func receive(_ request: Game.Request, from player: PlayerID)

    /// Runs one fixed step of the world.
    ///
    /// - Parameters:
    ///   - step: The number of the step, and how much time it covers.
    ///   - commands: The commands since the last step: by player in the order of joining, and each
    ///     player's in the order of their sequence. A player may have several or none.
    func advance(_ step: TickStep, commands: [PlayerCommand<Game.Command>])

    /// The snapshot for plain clients, asked for at the snapshot rate.
    func snapshot() -> Game.Snapshot

    /// Returns the notices since the last call, and forgets them.
    func takeNotices() -> [Outgoing<Game.Notice>]

    /// The parameters for serving predicting clients; nil for a world without them.
    ///
    /// ``AuthoritativeWorld`` makes them from the game's rules.
    nonisolated var predictionParameters: PredictionParameters<Game.Command>? { get }

    /// The snapshot for predicting clients after a tick; nil for a world without them.
    ///
    /// ``AuthoritativeWorld`` makes it from the world's tables.
    func worldSnapshot(at tick: Tick, for players: [PlayerID]) -> WorldSnapshot?

    /// Runs the world's async logic: non-player characters, rounds, weather.
    ///
    /// It is a child task of the server, which cancels it when it stops, and waits for it before
    /// `GameServer.run()` returns. It may return early; an error ends the server with that error.
    ///
    /// It and its child tasks run only at the beginning of a tick, from the first tick on, in the order
    /// in which they were resumed. So the same inputs give the same world again. Calls to other actors
    /// are outside of that order.
    func run() async throws
}

extension World {
    /// Returns at once: a world without async logic.
    public func run() async throws {}

    /// Nil: no client predicts.
    public nonisolated var predictionParameters: PredictionParameters<Game.Command>? { nil }

    /// Nil: no client predicts.
    public func worldSnapshot(at tick: Tick, for players: [PlayerID]) -> WorldSnapshot? { nil }

    /// Waits for a duration of world time, rounded up to whole ticks and at least one.
    ///
    /// - Throws: `CancellationError` if the task is cancelled or the server stops.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        try await timeline.sleep(for: duration)
    }

    /// Waits for a number of ticks, at least one.
    ///
    /// - Throws: `CancellationError` if the task is cancelled or the server stops.
    public func sleep(ticks: Int) async throws(CancellationError) {
        try await timeline.sleep(ticks: ticks)
    }
}
