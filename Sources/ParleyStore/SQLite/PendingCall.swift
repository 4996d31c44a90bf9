internal import ParleySockets

/// A call that waits for its transaction. Only its store touches it.
protocol PendingCall: AnyObject {
    /// Runs its steps, and keeps the outcome until it is durable.
    func perform(on tables: SQLTables) async throws(StoreFault)
    /// It did not take place.
    func refuse(_ refusal: StoreRefusal)
    /// It may have taken place.
    func lose(_ reason: UnknownOutcome)
    /// Resumes the caller, who leads the next transaction or has its outcome.
    func resume(leading: Bool)
}

/// A call of one operation.
final class OperationCall<Operation: StoreOperation>: PendingCall {
    private let operation: Operation
    private(set) var outcome: StoreOutcome<Operation.Done>?
    /// Kept until the caller asks for it. Where the caller's task prefers another executor than the store's thread, the
    /// runtime enqueues it anew before it waits, and the turn may come in between.
    private let turn = Promise<Bool>()

    init(_ operation: Operation) {
        self.operation = operation
    }

    /// Waits for its turn.
    ///
    /// - Returns: Whether the caller leads the next transaction. Otherwise the outcome is there.
    func waitForTurn() async -> Bool { await turn.valueDespiteCancellation() }

    func perform(on tables: SQLTables) async throws(StoreFault) {
        outcome = try await operation.steps.perform(tables)
    }

    func refuse(_ refusal: StoreRefusal) {
        outcome = .refused(refusal)
    }

    func lose(_ reason: UnknownOutcome) {
        outcome = .unknown(reason)
    }

    func resume(leading: Bool) {
        turn.fulfil(leading)
    }
}
