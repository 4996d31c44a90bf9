public import ParleyProtocol
import Synchronization

/// Runs a world without a network, turn by turn: for tests of a game's rules and logic, for tools, and
/// for replays.
///
/// ```swift
/// let driver = WorldDriver(world, tickRate: 60)
/// try await driver.run { driver in
///     try await driver.step(joins: [JoinRequest(Player(id: ann, name: "Ann"))])
///     for _ in 0..<600 { try await driver.step() }
/// }
/// ```
///
/// A turn is the same as in a `GameServer`. So a world that takes its random numbers from a seed and its
/// time from its timeline comes to the same state here as there, if it gets the same inputs.
public final class WorldDriver<W: World> {
    /// The world that it runs.
    public let world: W

    /// The world time that a step covers.
    public let stepDuration: Duration

    /// The newest turn that was run, 0 before the first.
    public private(set) var tick = Tick(number: 0)

    private let tickRate: Int
    private let executor: any TaskExecutor
    private let ending = LogicResult()

    /// A driver of a world that no server or other driver runs.
    ///
    /// - Parameters:
    ///   - world: The game's state and rules.
    ///   - tickRate: Steps per second of world time.
    ///   - executor: Runs the turns, for example a simulated host's loop; nil for Swift's pool.
    public init(_ world: W, tickRate: Int = 60, executor: (any TaskExecutor)? = nil) {
        self.world = world
        self.tickRate = max(1, tickRate)
        self.executor = executor ?? globalConcurrentExecutor
        stepDuration = .seconds(1) / max(1, tickRate)
    }

    /// Runs the world's logic for as long as `body` takes, which calls `step` for each turn.
    ///
    /// Then it cancels the logic, lets it run to its end, and waits for it.
    ///
    /// - Throws: What `body` threw, or else what `World.run()` threw.
    public func run<Result>(_ body: (WorldDriver) async throws -> Result) async throws -> Result {
        let (world, ending) = (world, ending)
        world.timeline.begin(tickRate: tickRate, above: executor)
        let result = await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: world.timeline.logic) {
                do { try await world.run() } catch { ending.fail(with: error) }
            }
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await body(self)) } catch { result = .failure(error) }
            group.cancelAll()
            await world.settle()
            world.timeline.finish()
            await group.waitForAll()
            return result
        }
        let value = try result.get()
        try ending.check()
        return value
    }

    /// Runs the next turn, and takes a snapshot at its end.
    ///
    /// - Parameters:
    ///   - requests: The requests that the world receives first.
    ///   - leaves: The players who have left.
    ///   - joins: The players who want to be let in.
    ///   - commands: The step's commands.
    ///   - watchers: The predicting clients that are to get a snapshot.
    /// - Returns: Joins, refusals, notices, and the snapshots.
    /// - Throws: What `World.run()` threw, if it did.
    @discardableResult
    public func step(
        requests: [PlayerRequest<W.Game.Request>] = [], leaves: [Departure] = [],
        joins: [JoinRequest<W.Game>] = [], commands: [PlayerCommand<W.Game.Command>] = [],
        watchers: [PlayerID] = []
    ) async throws -> TickOutcome<W.Game> {
        let next = TickStep(tick: Tick(number: tick.number &+ 1), duration: stepDuration)
        return try await step(
            TickInput(
                step: next, requests: requests, leaves: leaves, joins: joins, commands: commands,
                wantsSnapshot: true, watchers: watchers))
    }

    /// Runs the turn with exactly this input, for example a recorded one.
    ///
    /// - Throws: What `World.run()` threw, if it did.
    @discardableResult
    public func step(_ input: TickInput<W.Game>) async throws -> TickOutcome<W.Game> {
        tick = input.step.tick
        let world = world
        let outcome = await withTaskExecutorPreference(executor) { await world.runTurn(input) }
        try ending.check()
        return outcome
    }
}

/// The error of the world's logic, unless it was its cancellation.
private final class LogicResult: Sendable {
    private let error = Mutex<(any Error)?>(nil)

    func fail(with error: any Error) {
        if error is CancellationError { return }
        self.error.withLock { $0 = error }
    }

    func check() throws {
        if let error = error.withLock({ $0 }) { throw error }
    }
}
