public import ParleySockets

/// A world of seeds: hosts, links and time that exist in this process only, in which the real
/// servers and clients run, one thing at a time, in an order that follows from the seed.
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
/// Virtual time passes only when nothing else can happen, so ten minutes take as long as what happens
/// in them. The same seed gives the same run, in every process; another seed lets other things come
/// first and other packets get lost. What runs in it must take its time and its chance from the
/// network it is given: who asks the system's clock, or lets another thread wake it, is told so by an
/// error.
///
/// The idea is FoundationDB's ("FoundationDB: A Distributed Unbundled Transactional Key Value Store",
/// Zhou et al. 2021, section 4).
///
/// `@unchecked Sendable`: its parts are touched only by the thread that calls `run`, on which all that
/// is simulated runs.
public final class Simulation: @unchecked Sendable {
    /// What decides everything.
    public let seed: UInt64

    let scheduler: Scheduler
    let fabric: Fabric
    private var hasRun = false

    /// A world without hosts.
    ///
    /// - Parameters:
    ///   - seed: What decides everything that is left to chance.
    ///   - links: What the ways between any two hosts are like, in each direction.
    ///   - faults: What else goes wrong.
    ///   - trace: Gets a line for everything that happens.
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

    /// The host of that name; it is made when there is none yet.
    public func host(_ name: String) -> SimulatedHost {
        fabric.host(named: name) ?? fabric.addHost(named: name)
    }

    /// The hosts, in the order in which they were made.
    public var hosts: [SimulatedHost] { Array(fabric.hosts.dropFirst()) }

    /// What the ways between hosts are like. Setting it changes all of them at once.
    public var links: LinkProfile {
        get { fabric.profile }
        set { fabric.profile = newValue }
    }

    /// What goes wrong; can be changed at any time, to `.none` to let the world calm down, say.
    public var faults: Faults {
        get { fabric.faults }
        set { fabric.faults = newValue }
    }

    /// Changes the way from one host to another, in that direction only.
    public func setLink(
        from source: SimulatedHost, to target: SimulatedHost, _ profile: LinkProfile
    ) {
        fabric.route(from: source, to: target).link.profile = profile
    }

    /// Lets nothing through from one host to another, or everything again.
    public func setCut(_ isCut: Bool, from source: SimulatedHost, to target: SimulatedHost) {
        let route = fabric.route(from: source, to: target)
        if isCut { route.cut(until: NetworkInstant(nanoseconds: .max)) } else { route.mend() }
    }

    /// Lets everything wait that goes from one host to another, for so long.
    public func clog(
        from source: SimulatedHost, to target: SimulatedHost, for duration: Duration
    ) {
        fabric.clog(from: source, to: target, for: duration)
    }

    // MARK: Time

    /// The virtual time.
    public var clock: any NetworkClock { fabric.home.clock }

    /// How long the simulation has run, in virtual time.
    public var elapsed: Duration { .nanoseconds(scheduler.now.nanoseconds) }

    // MARK: What happened

    /// A number that stands for everything that has happened, in its order: the same for two runs
    /// that are the same.
    public var traceHash: UInt64 { scheduler.trace.hash }

    /// How many things have happened.
    public var eventCount: UInt64 { scheduler.trace.events }

    /// How many sockets are open, on all hosts.
    public var openSockets: Int { fabric.openPorts }

    /// Writes a line of one's own into the trace, which also counts for the hash.
    public func note(_ line: String) {
        scheduler.trace.mix(line.utf8.span)
        scheduler.trace.note(at: scheduler.now, line)
    }

    // MARK: Running

    /// Runs `body` and all that it starts, and returns what it returns. It can be called once.
    ///
    /// It works on the calling thread until the end: no other is involved.
    ///
    /// - Parameters:
    ///   - limit: The virtual time after which `body` is cancelled.
    ///   - body: The test. Its tasks run on a host of their own, which no fault strikes.
    /// - Throws: What `body` throws; `SimulationFailure` when it never ends.
    public func run<Result: Sendable>(
        for limit: Duration = .seconds(3_600),
        _ body: @escaping @Sendable (Simulation) async throws -> Result
    ) throws -> Result {
        precondition(!hasRun, "a simulation runs once: make another one of the same seed")
        hasRun = true
        FaultInjector(fabric: fabric).start()
        let outcome = Outcome<Result>()
        let ending = Ending()
        // The one task without a parent: a simulation has to go on, and to tell of it, when what it
        // runs never ends.
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

    private func drive(
        _ task: Task<Void, Never>, until limit: Duration, _ isDone: () -> Bool
    ) -> SimulationFailure? {
        let end = NetworkInstant(nanoseconds: 0).advanced(by: limit)
        let stop = scheduler.drive(until: end, isDone)
        guard stop == .done else {
            let failure = failure(stop)
            // It may still end when it is asked to, and clean up behind itself.
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

    /// How long something that is cancelled may take to end.
    private static let farewell = Duration.seconds(60)
}

/// What the body of a simulation came to.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
private final class Outcome<Value>: @unchecked Sendable {
    var result: Result<Value, any Error>?
}

/// Whether the body of a simulation has ended: asked after every step, so it depends on no type.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
private final class Ending: @unchecked Sendable {
    var hasCome = false
}
