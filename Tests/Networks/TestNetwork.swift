public import ParleySimulation
public import ParleySockets

/// The network that a test runs on: the system's, or a simulated host, which every socket of the
/// test shares.
public enum TestNetwork: Sendable {
    /// Loopback of the system.
    case system
    /// Loopback of a host of this simulation.
    case simulated(Simulation)

    /// That of the test that is running.
    @TaskLocal public static var current = TestNetwork.system

    /// The network for the code under test.
    public var network: any Network {
        switch self {
        case .system: SystemNetwork()
        case .simulated(let simulation): simulation.host(Self.hostName)
        }
    }

    /// Whether it is simulated.
    public var isSimulated: Bool {
        if case .simulated = self { true } else { false }
    }

    /// Waits a little, for tests that can only poll.
    public func pause() async {
        switch self {
        case .system: try? await Task.sleep(for: .milliseconds(1))
        case .simulated(let simulation): try? await simulation.clock.sleep(for: .milliseconds(1))
        }
    }

    var taskExecutor: (any TaskExecutor)? {
        switch self {
        case .system: nil
        case .simulated(let simulation):
            simulation.host(Self.hostName).nextLoop().taskExecutor
        }
    }

    /// The simulated host.
    public static let hostName = "test"
}

/// Begins a task on the network of the test, to be cancelled or waited for at will. A plain `Task`
/// would leave the simulation.
public func startTask<Value: Sendable>(
    _ body: @escaping @Sendable () async -> Value
) -> Task<Value, Never> {
    Task(executorPreference: TestNetwork.current.taskExecutor) { await body() }
}

/// The same for what may throw.
public func startTask<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
) -> Task<Value, any Error> {
    Task(executorPreference: TestNetwork.current.taskExecutor) { try await body() }
}

/// Waits until `condition` holds, letting others run meanwhile; `false` after a generous limit.
public func eventually(_ condition: () async -> Bool) async -> Bool {
    for _ in 0..<60_000 {
        if await condition() { return true }
        await TestNetwork.current.pause()
    }
    return false
}

/// Polls a condition that has no event. The suite's time limit bounds it.
public func until(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        await TestNetwork.current.pause()
    }
}

/// Makes Dispatch open what sleeping needs, which it does at the first sleep by each clock and keeps:
/// it must not be counted as a leak, and where no descriptor is left Dispatch traps. So long, since it
/// opens nothing for a time that has come before it gets to it.
public func sleepOnceByEachClock() async throws {
    try await Task.sleep(for: .milliseconds(50), clock: .continuous)
    try await Task.sleep(for: .milliseconds(50), clock: .suspending)
    try await Task.sleep(nanoseconds: 50_000_000)
}
