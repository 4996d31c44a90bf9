internal import ParleySecurity
public import ParleySockets

/// A deterministic simulation: hosts, links and time that exist in this process only. The real servers
/// and clients run in it, one step at a time, in an order that follows from the seed.
///
/// ```swift
/// let simulation = Simulation(seed: 7, links: .lte)
/// let score = try simulation.run { simulation in
///     let game = GameServer(world: world, network: simulation.host("server"))
///     try await withThrowingTaskGroup(of: Void.self) { group in
///         group.addTask { try await game.run() }
///         group.addTask { try await play(on: simulation.host("player")) }
///         try await simulation.clock.sleep(for: .seconds(600))
///         group.cancelAll()
///     }
///     return await world.score
/// }
/// ```
///
/// Virtual time passes only when nothing else can happen, so ten minutes take no longer than the work
/// in them. The same seed gives the same run in every process. Another seed gives another order, and
/// loses other packets. Simulated code takes time and randomness from its network. Reading the
/// system's clock, or being resumed by another thread, fails the simulation with an error.
///
/// The idea is FoundationDB's ("FoundationDB: A Distributed Unbundled Transactional Key Value Store",
/// Zhou et al. 2021, section 4).
///
/// `@unchecked Sendable`: only the thread that calls `run` touches its parts; all simulated code runs on
/// that thread.
public final class Simulation: @unchecked Sendable {
    /// The seed, which decides every choice of the simulation.
    public let seed: UInt64

    let scheduler: Scheduler
    let fabric: Fabric
    private var hasRun = false

    /// A simulation without hosts.
    ///
    /// - Parameters:
    ///   - seed: The seed of every random choice.
    ///   - links: The profile of the links between any two hosts, in each direction.
    ///   - faults: The faults that strike hosts and calls.
    ///   - trace: Receives a line for each event.
    public init(
        seed: UInt64, links: LinkProfile = .perfect, faults: Faults = .none,
        trace: ((String) -> Void)? = nil
    ) {
        self.seed = seed
        scheduler = Scheduler(seed: seed, trace: Trace(print: trace))
        fabric = Fabric(profile: links, faults: faults, scheduler: scheduler)
        fabric.addHost(named: "simulation").isExposed = false
    }

    deinit {
        fabric.dismantle()
    }

    // MARK: Hosts and links

    /// The host of that name, which the first call makes.
    public func host(_ name: String) -> SimulatedHost {
        fabric.host(named: name) ?? fabric.addHost(named: name)
    }

    /// The hosts, in the order in which they were made.
    public var hosts: [SimulatedHost] { Array(fabric.hosts.dropFirst()) }

    /// The profile of the links between hosts. Setting it changes all of them at once.
    public var links: LinkProfile {
        get { fabric.profile }
        set { fabric.profile = newValue }
    }

    /// The faults. They can change at any time: to `.none`, say, for a calm end.
    public var faults: Faults {
        get { fabric.faults }
        set { fabric.faults = newValue }
    }

    /// Changes the link from one host to another, in that direction only.
    public func setLink(
        from source: SimulatedHost, to target: SimulatedHost, _ profile: LinkProfile
    ) {
        fabric.route(from: source, to: target).link.profile = profile
    }

    /// Cuts the link from one host to another, or mends it.
    public func setCut(_ isCut: Bool, from source: SimulatedHost, to target: SimulatedHost) {
        let route = fabric.route(from: source, to: target)
        if isCut { route.cut(until: NetworkInstant(nanoseconds: .max)) } else { route.mend() }
    }

    /// Holds all traffic from one host to another for `duration`.
    public func clog(
        from source: SimulatedHost, to target: SimulatedHost, for duration: Duration
    ) {
        fabric.clog(from: source, to: target, for: duration)
    }

    /// A reader of all that travels between hosts.
    package var linkObserver: (any LinkObserver)? {
        get { fabric.observer }
        set { fabric.observer = newValue }
    }

    // MARK: Time

    /// The virtual time: the true one, by which links carry packets and faults strike.
    public var clock: any NetworkClock { fabric.home.clock }

    /// How long the simulation has run, in virtual time.
    public var elapsed: Duration { .nanoseconds(scheduler.now.nanoseconds) }

    // MARK: Trace

    /// A hash of all events in their order: equal for equal runs.
    public var traceHash: UInt64 { scheduler.trace.hash }

    /// The number of events so far.
    public var eventCount: UInt64 { scheduler.trace.events }

    /// The number of open sockets, on all hosts.
    public var openSockets: Int { fabric.openPorts }

    /// The number of sockets in memory. A connection holds its own for life, so one that is over and still
    /// counted has leaked, or has a timer of TCP's left, which takes a minute at most.
    package var socketsInMemory: Int { fabric.sockets.inMemory }

    /// Adds a line to the trace and to its hash.
    public func note(_ line: String) {
        scheduler.trace.mix(line.utf8.span)
        scheduler.trace.note(at: scheduler.now, line)
    }

    // MARK: Running

    /// Runs `body` and everything that it starts, and returns its result. Callable once.
    ///
    /// The simulation runs on the calling thread alone.
    ///
    /// - Parameters:
    ///   - limit: The virtual time after which `body` is cancelled.
    ///   - body: The test. Its tasks run on a separate host, which no fault strikes.
    /// - Throws: What `body` throws; `SimulationFailure` when it never ends.
    public func run<Result: Sendable>(
        for limit: Duration = .seconds(3_600),
        _ body: @escaping @Sendable (Simulation) async throws -> Result
    ) throws -> Result {
        precondition(!hasRun, "a simulation runs once: make another one of the same seed")
        hasRun = true
        FaultInjector(fabric: fabric).start()
        let outcome = Outcome<Result>()
        let ending = RunEnd()
        // The one task without a parent: the simulation has to go on, and to report it, when the body
        // never ends.
        let task = Task(executorPreference: fabric.home.loop.taskExecutor) {
            do {
                outcome.result = .success(try await body(self))
            } catch {
                outcome.result = .failure(error)
            }
            ending.hasCome = true
        }
        let failure = drive(task, until: limit) { ending.hasCome }
        if let failure { throw failure }
        guard let result = outcome.result else { throw self.failure(Scheduler.Stop.stuck) }
        return try result.get()
    }

    /// Drives it, with a source of its own for the random bytes of encryption: handshakes are the same
    /// in every run, and the order of all other steps does not depend on them.
    private func drive(
        _ task: Task<Void, Never>, until limit: Duration, _ isDone: () -> Bool
    ) -> SimulationFailure? {
        Self.seedsEncryption
        var random = SeededGenerator(seed: ~seed)
        return SeededRandom.withSource({ random.next() }) {
            driveSeeded(task, until: limit, isDone)
        }
    }

    private static let seedsEncryption: Void = SeededRandom.install()

    private func driveSeeded(
        _ task: Task<Void, Never>, until limit: Duration, _ isDone: () -> Bool
    ) -> SimulationFailure? {
        let end = NetworkInstant(nanoseconds: 0).advanced(by: limit)
        let stop = scheduler.drive(until: end, isDone)
        guard stop == .done else {
            let failure = failure(stop)
            // The body may still end and clean up when it is cancelled.
            task.cancel()
            _ = scheduler.drive(until: end.advanced(by: Self.farewell), isDone)
            return failure
        }
        scheduler.settle()
        return scheduler.disturbances == 0
            ? nil : failure(because: .disturbed(scheduler.disturbances))
    }

    private func failure(_ stop: Scheduler.Stop) -> SimulationFailure {
        switch stop {
        case .stuck, .done: failure(because: .stuck)
        case .outOfTime: failure(because: .outOfTime)
        case .livelock: failure(because: .livelock)
        }
    }

    private func failure(because reason: SimulationFailure.Reason) -> SimulationFailure {
        SimulationFailure(seed: seed, reason: reason, at: elapsed)
    }

    /// The virtual time that a cancelled body has for its end.
    private static let farewell = Duration.seconds(60)
}

/// The result of a simulation's body.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
private final class Outcome<Value>: @unchecked Sendable {
    var result: Result<Value, any Error>?
}

/// Whether the body of a simulation has ended. Read after every step, so it is not generic.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
private final class RunEnd: @unchecked Sendable {
    var hasCome = false
}
