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
    private var waiter: CheckedContinuation<Bool, Never>?

    init(_ operation: Operation) {
        self.operation = operation
    }

    func wait(by waiter: CheckedContinuation<Bool, Never>) {
        self.waiter = waiter
    }

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
        waiter?.resume(returning: leading)
        waiter = nil
    }
}
