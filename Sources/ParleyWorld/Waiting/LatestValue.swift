import Synchronization

/// The newest value only: a writer that never waits, and a reader that skips what it is late for.
package final class LatestValue<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value?, Never>

    private struct State {
        var value: Value?
        var isFinished = false
        var waiter: Waiter?

        mutating func takeWaiter() -> Waiter? {
            defer { waiter = nil }
            return waiter
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// Puts a value in the slot, over one that nobody took.
    ///
    /// - Returns: Whether a value was lost by it.
    @discardableResult
    package func publish(_ value: Value) -> Bool {
        let (waiter, replaced) = state.withLock { state -> (Waiter?, Bool) in
            guard !state.isFinished else { return (nil, false) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (waiter, false)
            }
            let replaced = state.value != nil
            state.value = value
            return (nil, replaced)
        }
        waiter?.resume(returning: value)
        return replaced
    }

    /// Takes the value, waiting for one when the slot is empty; nil when finished or cancelled.
    ///
    /// One task at a time may wait; a second one gets nil at once.
    package func next() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { suspend($0) }
        } onCancel: {
            let waiter = state.withLock { $0.takeWaiter() }
            waiter?.resume(returning: nil)
        }
    }

    /// Ends it: the reader gets nil, and nothing is taken any more.
    package func finish() {
        let waiter = state.withLock { state -> Waiter? in
            state.isFinished = true
            state.value = nil
            return state.takeWaiter()
        }
        waiter?.resume(returning: nil)
    }

    private func suspend(_ waiter: Waiter) {
        let outcome = state.withLock { state -> Value?? in
            if Task.isCancelled || state.isFinished || state.waiter != nil { return .some(nil) }
            if let value = state.value {
                state.value = nil
                return value
            }
            state.waiter = waiter
            return nil
        }
        if let outcome { waiter.resume(returning: outcome) }
    }
}
