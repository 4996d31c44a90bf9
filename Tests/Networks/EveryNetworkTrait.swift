import ParleySimulation
public import Testing

/// Runs each test of a suite on the system's network, and then in simulations of a few seeds.
///
/// A test needs nothing for that but to open its sockets on `TestNetwork.current`, to begin tasks by
/// `startTask`, and to take the time from its network.
public struct EveryNetworkTrait: SuiteTrait, TestTrait, TestScoping {
    /// Tests within suites within the suite, too.
    public var isRecursive: Bool { true }

    /// Only the tests themselves run on something.
    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        testCase == nil ? nil : self
    }

    /// Runs one case of a test on every network.
    @concurrent public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await function()
        guard !test.traits.contains(where: { $0 is SystemOnlyTrait }) else { return }
        for seed in Self.seeds {
            // What fails in a simulation names the seed.
            let named = IssueHandlingTrait.compactMapIssues { issue in
                var issue = issue
                issue.comments.append("on the simulated network, seed \(seed)")
                return issue
            }
            try await named.provideScope(for: test, testCase: testCase) {
                try Self.simulate(function, seed: seed)
            }
        }
    }

    private static let seeds: ClosedRange<UInt64> = 1...3

    private static func simulate(
        _ function: @concurrent @Sendable () async throws -> Void, seed: UInt64
    ) throws {
        let simulation = Simulation(seed: seed, faults: faults(for: seed))
        try withoutActuallyEscaping(function) { function in
            try TestNetwork.$current.withValue(.simulated(simulation)) {
                do {
                    try simulation.run { _ in try await function() }
                } catch let failure as SimulationFailure where failure.reason == .stuck {
                    // The test's task is still there, and with it a closure that may not be.
                    fatalError("\(failure)")
                }
            }
        }
    }

    /// The first seed is calm; in the others the sockets do all that a system's may do, too.
    private static func faults(for seed: UInt64) -> Faults {
        var faults = Faults.none
        guard seed > seeds.lowerBound else { return faults }
        faults.partialReads = 0.5
        faults.partialWrites = 0.5
        faults.busyWrites = 0.1
        faults.spuriousReadiness = 0.1
        return faults
    }
}

extension Trait where Self == EveryNetworkTrait {
    /// Runs each test on the system's network and in simulations.
    public static var everyNetwork: Self { EveryNetworkTrait() }
}

/// Keeps a test of a suite that runs on every network to the system's.
public struct SystemOnlyTrait: TestTrait {
    /// Why.
    public let comments: [Comment]
}

extension Trait where Self == SystemOnlyTrait {
    /// Runs a test on the system's network only, for the reason given.
    public static func systemOnly(_ reason: Comment) -> Self {
        SystemOnlyTrait(comments: [reason])
    }
}
