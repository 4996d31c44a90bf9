public import ParleyProtocol

/// The authoritative state of a game, and its rules: an actor that a `GameServer` runs.
///
/// When a tick begins, the server lets the world's own async code (`run`) go on that waited for it,
/// until all of it waits again. Then it makes one call into the world. In it, in this order:
/// `receive` is called for each request, `leave` and `join` for who left and came, `advance` for the
/// step itself, `takeNotices`, and, at the snapshot rate, `snapshot` or `show`. Nothing runs in
/// between, so the state is whole whenever that code sees it.
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
    /// What travels in this game.
    associatedtype Game: GameProtocol

    /// The world's time, which `sleep` waits for; make one with `WorldTimeline()` and keep it.
    nonisolated var timeline: WorldTimeline { get }

    /// Lets a player in, or refuses with a text for that player.
    ///
    /// Notices made here reach the newcomer right after the welcome.
    func join(_ player: Player) throws(JoinRefusal)

    /// A player is gone: called once for everyone who joined, also when the server shuts down.
    func leave(_ player: PlayerID, because reason: LeaveReason)

    /// A request of a player who is in; each player's requests come in their order.
    func receive(_ request: Game.Request, from player: PlayerID)

    /// One fixed step of the world.
    ///
    /// - Parameters:
    ///   - step: The number of the step, and how much time it covers.
    ///   - commands: What players sent since the last step: by player in the order of joining, and
    ///     each player's in the order of their sequence. A player may have several or none.
    func advance(_ step: TickStep, commands: [PlayerCommand<Game.Command>])

    /// The state as clients are to see it, at the snapshot rate.
    func snapshot() -> Game.Snapshot

    /// The notices since the last call; the world forgets them.
    func takeNotices() -> [Outgoing<Game.Notice>]

    /// What predicting clients are served by; nil for a world without them.
    ///
    /// ``AuthoritativeWorld`` makes it of the game's rules.
    nonisolated var predictionParameters: PredictionParameters<Game.Command>? { get }

    /// What predicting clients can see after a tick; nil for a world without them.
    ///
    /// ``AuthoritativeWorld`` makes it of the world's tables.
    func worldSnapshot(at tick: Tick, for players: [PlayerID]) -> WorldSnapshot?

    /// The world's async logic: non-player characters, rounds, weather.
    ///
    /// It is a child task of the server: cancelled when the server stops, waited for before
    /// `GameServer.run()` returns. Returning is fine; an error ends the server with that error.
    ///
    /// It and its child tasks run at the beginning of a tick only, from the first tick on, in the
    /// order in which they were woken: so the same inputs give the same world again. What they ask
    /// of other actors is outside of that order.
    func run() async throws
}

extension World {
    /// Returns at once: a world without async logic.
    public func run() async throws {}

    /// None: nobody predicts.
    public nonisolated var predictionParameters: PredictionParameters<Game.Command>? { nil }

    /// Nothing: nobody predicts.
    public func worldSnapshot(at tick: Tick, for players: [PlayerID]) -> WorldSnapshot? { nil }

    /// Waits for so much world time, rounded up to whole ticks and at least one.
    ///
    /// - Throws: `CancellationError` when the task is cancelled or the server stops.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        try await timeline.sleep(for: duration)
    }

    /// Waits for so many ticks, at least one.
    ///
    /// - Throws: `CancellationError` when the task is cancelled or the server stops.
    public func sleep(ticks: Int) async throws(CancellationError) {
        try await timeline.sleep(ticks: ticks)
    }
}
