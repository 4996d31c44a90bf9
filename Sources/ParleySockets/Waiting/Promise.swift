internal import Synchronization

/// A value that is set once and that any number of tasks can wait for.
///
/// Only the first `fulfil(_:)` counts. Cancelling a waiting task ends its wait at once and leaves
/// the other waiters alone.
package final class Promise<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        /// In the order of arrival. There are few of them, mostly one.
        var waiters: [(number: UInt64, waiter: Waiter<Value?>)] = []
        var lastWaiter: UInt64 = 0
        /// Waiters that were cancelled before they began to wait.
        var cancelledEarly: Set<UInt64> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The value; `nil` until it is set.
    package var current: Value? {
        state.withLock { $0.value }
    }

    /// Sets the value; returns whether this call was the first.
    @discardableResult
    package func fulfil(_ value: Value) -> Bool {
        let waiters: [(number: UInt64, waiter: Waiter<Value?>)]? = state.withLock { state in
            guard state.value == nil else { return nil }
            state.value = value
            defer { state.waiters = [] }
            return state.waiters
        }
        guard let waiters else { return false }
        for entry in waiters { entry.waiter.resume(returning: value) }
        return true
    }

    /// Waits for the value.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled first.
    package func value() async throws(CancellationError) -> Value {
        if let value = current { return value }
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let value: Value? = await withTaskCancellationHandler {
            await Waiter.wait { self.add($0, number: number) }
        } onCancel: {
            self.cancel(number)
        }
        guard let value else { throw CancellationError() }
        return value
    }

    /// Waits for the value, even in a cancelled task. Only for values that a deadline guarantees.
    package func valueDespiteCancellation() async -> Value {
        while true {
            if let value = current { return value }
            let number = state.withLock { state in
                state.lastWaiter += 1
                return state.lastWaiter
            }
            if let value = await Waiter.wait({ self.add($0, number: number) }) { return value }
        }
    }

    private func add(_ waiter: Waiter<Value?>, number: UInt64) {
        let answer: Value?? = state.withLock { state in
            if let value = state.value { return .some(value) }
            if state.cancelledEarly.remove(number) != nil { return .some(nil) }
            state.waiters.append((number, waiter))
            return .none
        }
        if let answer { waiter.resume(returning: answer) }
    }

    private func cancel(_ number: UInt64) {
        let waiter: Waiter<Value?>? = state.withLock { state in
            guard state.value == nil else { return nil }
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else {
                state.cancelledEarly.insert(number)
                return nil
            }
            return state.waiters.remove(at: index).waiter
        }
        waiter?.resume(returning: nil)
    }
}
