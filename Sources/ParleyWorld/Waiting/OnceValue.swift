import Synchronization

/// A result that is settled once, and that any number of tasks wait for.
package final class OnceValue<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Value, any Error>, Never>

    private struct State {
        var result: Result<Value, any Error>?
        var nextID: UInt64 = 0
        var waiters: [(id: UInt64, waiter: Waiter)] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// What was settled, nil before.
    package var result: Result<Value, any Error>? { state.withLock { $0.result } }

    /// Settles the value unless it is settled already, and wakes everybody.
    ///
    /// - Returns: Whether this call settled it.
    @discardableResult
    package func settle(_ result: Result<Value, any Error>) -> Bool {
        let waiters = state.withLock { state -> [Waiter]? in
            guard state.result == nil else { return nil }
            state.result = result
            defer { state.waiters = [] }
            return state.waiters.map(\.waiter)
        }
        guard let waiters else { return false }
        for waiter in waiters { waiter.resume(returning: result) }
        return true
    }

    /// Waits until the value is settled.
    ///
    /// - Throws: The error it was settled with; `CancellationError` when the task is cancelled before.
    package func value() async throws -> Value {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { suspend($0, id: id) }
        } onCancel: {
            cancel(id)
        }
        return try result.get()
    }

    private func suspend(_ waiter: Waiter, id: UInt64) {
        let result = state.withLock { state -> Result<Value, any Error>? in
            if let result = state.result { return result }
            // Inside the lock, so that a cancellation either is seen here or finds the waiter.
            if Task.isCancelled { return .failure(CancellationError()) }
            state.waiters.append((id, waiter))
            return nil
        }
        if let result { waiter.resume(returning: result) }
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index).waiter
        }
        waiter?.resume(returning: .failure(CancellationError()))
    }
}
