internal import ParleyHandoff
public import ParleySockets

/// A store in memory, for tests and simulations: the same operations as a real one, on the caller's clock, with
/// the faults that real ones have.
///
/// The same seed and the same calls give the same run.
public actor ModelStore: Store {
    let tables = MemoryTables()
    /// What goes wrong from now on.
    public var faults: StoreFaults
    private let clock: any NetworkClock
    private var random: SeededGenerator
    private let capacity: Int
    private var inFlight = 0
    /// Until when a failover lasts.
    private var downUntil: NetworkInstant?
    /// Counts transactions that began again.
    public private(set) var serialisationFailures = 0

    /// An empty store.
    ///
    /// - Parameters:
    ///   - seed: Decides which calls the faults strike.
    ///   - clock: Measures latency: that of a simulation, say.
    ///   - faults: What goes wrong.
    ///   - capacity: How many calls may wait. Further ones are refused as ``StoreRefusal/overloaded(waiting:)``.
    public init(
        seed: UInt64, clock: any NetworkClock, faults: StoreFaults = .none, capacity: Int = 4_096
    ) {
        random = SeededGenerator(seed: seed)
        self.clock = clock
        self.faults = faults
        self.capacity = capacity
    }

    /// Changes what goes wrong.
    public func setFaults(_ faults: StoreFaults) {
        self.faults = faults
    }

    /// Fails over: for that long calls wait, and nothing that was acknowledged is lost.
    public func failOver(for duration: Duration) {
        downUntil = clock.now.advanced(by: duration)
    }

    /// The rows of all characters at this moment, by their numbers: no latency or fault strikes who only watches.
    public var records: [CharacterRecord] {
        tables.rows.characters.values.sorted { $0.character < $1.character }
    }

    /// Performs an operation, with the faults of the moment.
    public func perform<Operation: StoreOperation>(_ operation: Operation) async
        -> StoreOutcome<Operation.Done>
    {
        guard inFlight < capacity else { return .refused(.overloaded(waiting: inFlight)) }
        inFlight += 1
        defer { inFlight -= 1 }
        do {
            return try await carry(operation)
        } catch {
            return .unknown(.cancelled)
        }
    }

    /// How often a transaction begins before the store gives up.
    private static let mostAttempts = 100

    /// The way of a call, its effect, and the way of its answer.
    private func carry<Operation: StoreOperation>(_ operation: Operation) async throws
        -> StoreOutcome<Operation.Done>
    {
        let half = latency() / 2
        try await pause(half)
        while let end = downUntil, clock.now < end {
            try await clock.sleep(until: end, tolerance: nil)
        }
        if strikes(faults.lostCalls) {
            try await pause(faults.patience)
            return .unknown(.noAnswer)
        }
        var attempts = 0
        while strikes(faults.serialisationFailures) {
            attempts += 1
            serialisationFailures += 1
            guard attempts < Self.mostAttempts else {
                return .refused(StoreRefusal(.serialisation))
            }
            try await pause(half)
        }
        let outcome = await transact(operation)
        let isLost = strikes(faults.lostAnswers)
        try await pause(isLost ? faults.patience : half)
        return isLost ? .unknown(.noAnswer) : outcome
    }

    /// The effect. Nothing in it suspends, so no other call comes between its parts.
    private func transact<Operation: StoreOperation>(_ operation: Operation) async
        -> StoreOutcome<Operation.Done>
    {
        let before = tables.rows
        do {
            return try await operation.steps.perform(tables)
        } catch {
            tables.rows = before
            return .refused(StoreRefusal(error))
        }
    }

    private func latency() -> Duration {
        let range = faults.latency
        guard range.lowerBound < range.upperBound else { return range.lowerBound }
        let nanoseconds = range.lowerBound.wholeNanoseconds...range.upperBound.wholeNanoseconds
        return .nanoseconds(Int64.random(in: nanoseconds, using: &random))
    }

    private func strikes(_ share: Double) -> Bool {
        share > 0 && Double.random(in: 0..<1, using: &random) < share
    }

    private func pause(_ duration: Duration) async throws {
        if duration > .zero {
            try await clock.sleep(until: clock.now.advanced(by: duration), tolerance: nil)
        }
    }
}
