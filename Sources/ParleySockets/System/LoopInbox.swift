internal import CParleySystem
internal import Synchronization

/// The work that other threads hand to a loop, and the eventfd that wakes it.
///
/// The eventfd is written once per sleep and not once per item: only the first thread that finds the
/// loop asleep wakes it.
final class LoopInbox: Sendable {
    private struct State {
        var work: [LoopWork] = []
        var flushes: [any TurnEndHandler] = []
        var isAsleep = false
        var isStopping = false
    }

    private let state = Mutex(State())
    /// The eventfd, which the loop watches.
    let waker: Int32

    init() throws(SystemError) {
        waker = try checked(parley_waker_open())
    }

    deinit {
        parley_close(waker)
    }

    func add(_ work: LoopWork) {
        wakeIfAsleep { $0.work.append(work) }
    }

    func add(flush handler: any TurnEndHandler) {
        wakeIfAsleep { $0.flushes.append(handler) }
    }

    func stop() {
        wakeIfAsleep { $0.isStopping = true }
    }

    /// Moves everything out; returns whether the loop must stop.
    func drain(work: inout [LoopWork], flushes: inout [any TurnEndHandler]) -> Bool {
        state.withLock { state in
            state.isAsleep = false
            if work.isEmpty { swap(&work, &state.work) } else { move(&state.work, to: &work) }
            move(&state.flushes, to: &flushes)
            return state.isStopping
        }
    }

    /// Marks the loop as asleep; returns `false` when work has arrived meanwhile.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            guard state.work.isEmpty, state.flushes.isEmpty, !state.isStopping else { return false }
            state.isAsleep = true
            return true
        }
    }

    private func move<Element>(_ source: inout [Element], to target: inout [Element]) {
        guard !source.isEmpty else { return }
        target.append(contentsOf: source)
        source.removeAll(keepingCapacity: true)
    }

    private func wakeIfAsleep(_ change: (inout State) -> Void) {
        let mustWake = state.withLock { state in
            change(&state)
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if mustWake { parley_waker_wake(waker) }
    }
}
