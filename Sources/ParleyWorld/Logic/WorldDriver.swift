public import ParleyProtocol
import Synchronization

/// Runs a world without a network, turn by turn as its caller asks: for tests of a game's rules and
/// logic, for tools, and for replaying what was recorded.
///
/// ```swift
/// let driver = WorldDriver(world, tickRate: 60)
/// try await driver.run { driver in
///     try await driver.step(joins: [Player(id: ann, name: "Ann")])
///     for _ in 0..<600 { try await driver.step() }
/// }
/// ```
///
/// A turn is the very one that a `GameServer` runs. So a world that takes its chance from a seed
/// and its time from its timeline comes to the same state here as there, if it gets the same inputs.
public final class WorldDriver<W: World> {
    /// The world that it runs.
    public let world: W

    /// How much world time a step covers.
    public let stepDuration: Duration

    /// The newest turn that was run, 0 before the first.
    public private(set) var tick = Tick(number: 0)

    private let tickRate: Int
    private let executor: any TaskExecutor
    private let ending = LogicResult()

    /// A driver of a world that nobody else runs.
    ///
    /// - Parameters:
    ///   - world: The game's state and rules.
    ///   - tickRate: Steps per second of world time.
    ///   - executor: Runs the turns, a loop of a simulated host, say; Swift's pool if it is nil.
    public init(_ world: W, tickRate: Int = 60, executor: (any TaskExecutor)? = nil) {
        self.world = world
        self.tickRate = max(1, tickRate)
        self.executor = executor ?? globalConcurrentExecutor
        stepDuration = .seconds(1) / max(1, tickRate)
    }

    /// Runs the world's logic for as long as `body` takes, which calls `step` for each turn.
    ///
    /// After it the logic is cancelled, gets what turn it needs to end, and is waited for.
    ///
    /// - Throws: What `body` threw, or else what `World.run()` did.
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

    /// The next turn, at whose end a snapshot is taken.
    ///
    /// - Parameters:
    ///   - requests: What the world receives first.
    ///   - leaves: Who has left.
    ///   - joins: Who wants to be let in.
    ///   - commands: What the step is called with.
    ///   - watchers: Predicting clients that are to be shown what there is.
    /// - Returns: Joins, refusals, notices, the snapshot, and what watchers see.
    /// - Throws: What `World.run()` threw, if it did.
    @discardableResult
    public func step(
        requests: [PlayerRequest<W.Game.Request>] = [], leaves: [Departure] = [],
        joins: [Player] = [], commands: [PlayerCommand<W.Game.Command>] = [],
        watchers: [PlayerID] = []
    ) async throws -> TickOutcome<W.Game> {
        let next = TickStep(tick: Tick(number: tick.number &+ 1), duration: stepDuration)
        return try await step(
            TickInput(
                step: next, requests: requests, leaves: leaves, joins: joins, commands: commands,
                wantsSnapshot: true, watchers: watchers))
    }

    /// The turn with exactly this input, which was recorded, say.
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

/// What the world's logic threw, if it did not end because it was cancelled.
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
