import Synchronization

/// Lets tasks go on together, once a number of them has arrived.
final class Gate: Sendable {
    private struct State {
        var awaited: Int
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(awaits count: Int) {
        state = Mutex(State(awaited: count))
    }

    /// Waits for the others.
    func pass() async {
        await withCheckedContinuation { waiter in
            let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.awaited -= 1
                state.waiters.append(waiter)
                guard state.awaited <= 0 else { return [] }
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in ready { waiter.resume() }
        }
    }
}
