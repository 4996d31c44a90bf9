import ParleySimulation
import ParleySockets

/// A statement that holds in every world, for every seed.
///
/// Each seed draws its own links and faults (`Conditions`), so many seeds are many worlds. Every
/// property also promises that nothing waits for ever, that all sockets are closed, and that no
/// connection or UDP socket is still in memory afterwards.
public struct Property: Sendable {
    /// Its name on a command line.
    public let name: String
    /// The statement, in one sentence.
    public let promise: String
    /// The links and faults; nil when each seed draws them.
    private let conditions: Conditions?
    private let scenario: Scenario

    /// What a seed runs.
    private enum Scenario: Sendable {
        /// Actors in a simulated world.
        case simulated(@Sendable (Trial) async throws -> Void)
        /// Values, without a simulation.
        case values(@Sendable (UInt64) throws -> Report)
    }

    init(
        _ name: String, _ promise: String, conditions: Conditions? = nil,
        scenario: @escaping @Sendable (Trial) async throws -> Void
    ) {
        self.name = name
        self.promise = promise
        self.conditions = conditions
        self.scenario = .simulated(scenario)
    }

    /// A statement about values, which need no simulated world.
    init(
        _ name: String, _ promise: String, values: @escaping @Sendable (UInt64) throws -> Report
    ) {
        self.name = name
        self.promise = promise
        conditions = nil
        scenario = .values(values)
    }

    /// What a run came to that found nothing wrong.
    public struct Report: Sendable, Hashable {
        /// The same for two runs that are the same.
        public let traceHash: UInt64
        /// How many things have happened.
        public let events: UInt64
        /// How long it took in virtual time.
        public let elapsed: Duration

        init(traceHash: UInt64, events: UInt64, elapsed: Duration) {
            self.traceHash = traceHash
            self.events = events
            self.elapsed = elapsed
        }
    }

    /// How long a run may take, in virtual time: the worst links are slow.
    private static let limit = Duration.seconds(4 * 3_600)

    /// Runs the world of one seed.
    ///
    /// - Parameter trace: Gets a line for everything that happens.
    /// - Throws: The fault that was found.
    @discardableResult
    public func check(seed: UInt64, trace: ((String) -> Void)? = nil) throws -> Report {
        let scenario: @Sendable (Trial) async throws -> Void
        switch self.scenario {
        case .values(let values): return try values(seed)
        case .simulated(let simulated): scenario = simulated
        }
        // Another world for each property, of the same seed.
        var random = SeededGenerator(seed: name.utf8.reduce(seed) { $0 &* 31 &+ UInt64($1) })
        let conditions = conditions ?? Conditions(using: &random)
        trace?("links \(conditions.linkName), faults: \(conditions.faults)")
        let simulation = Simulation(
            seed: random.next(), links: conditions.links, faults: conditions.faults, trace: trace)
        let trial = Trial(simulation, conditions, random: random)
        do {
            try simulation.run(for: Self.limit) { _ in try await scenario(trial) }
        } catch let failure as SimulationFailure {
            // Its own seed is made from the one that was asked for, and would mislead.
            throw Violation("\(failure.reason) at \(failure.at)")
        }
        try require(simulation.openSockets == 0, "\(simulation.openSockets) sockets are still open")
        try trial.checkLinks()
        try trial.witness.check()
        return Report(
            traceHash: simulation.traceHash, events: simulation.eventCount,
            elapsed: simulation.elapsed)
    }
}

extension Property: CustomStringConvertible {
    /// Its name.
    public var description: String { name }
}

/// What a property found to be wrong.
public struct Violation: Error, CustomStringConvertible {
    /// In words.
    public let description: String

    init(_ text: String) {
        description = text
    }
}

/// Stops a scenario unless a condition holds.
func require(_ condition: Bool, _ complaint: @autoclosure () -> String) throws {
    if !condition { throw Violation(complaint()) }
}
