/// Durable truth: who owns which character, what changes hands, and what a crash must not lose.
///
/// Each operation is one transaction. It takes place as a whole or not at all, it can be repeated, and it is
/// durable when its outcome says ``StoreOutcome/done(_:)``. A zone never waits for the store in a tick.
public protocol Store: Sendable {
    /// Performs an operation.
    func perform<Operation: StoreOperation>(_ operation: Operation) async -> StoreOutcome<
        Operation.Done
    >
}

/// A store that counts its calls.
public protocol MeasuredStore: Store {
    /// The counts so far.
    var statistics: StoreStatistics { get async }
}
