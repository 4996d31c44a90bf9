public import ParleyProtocol
import Synchronization

/// The time of a world, in ticks, and the tasks that wait for it.
///
/// World time stands still between ticks, whatever the clock on the wall does: a server that was
/// late wakes its sleepers late, but never in another order, and a replay wakes them at the same
/// ticks. Sleepers wake in the order of their ticks, and those of one tick in the order in which
/// they began to sleep.
public final class WorldTimeline: Sendable {
    private typealias Waiter = CheckedContinuation<Bool, Never>

    /// One sleeper; `waiter` is nil between the call and the moment the task is suspended.
    private struct Sleeper {
        let tick: UInt64
        let order: UInt64
        var waiter: Waiter?
    }

    private struct State {
        var rate = 60
        var now: UInt64 = 0
        var isFinished = false
        var nextOrder: UInt64 = 0
        /// Sorted so that the one to wake first is the last element.
        var sleepers: [Sleeper] = []

        /// Where a sleeper stands, or where it belongs when there is none.
        func position(tick: UInt64, order: UInt64) -> Int {
            var low = 0
            var high = sleepers.count
            while low < high {
                let middle = (low + high) / 2
                let other = sleepers[middle]
                let isLater = (other.tick, other.order) > (tick, order)
                if isLater { low = middle + 1 } else { high = middle }
            }
            return low
        }

        func index(tick: UInt64, order: UInt64) -> Int? {
            let index = position(tick: tick, order: order)
            guard index < sleepers.count, sleepers[index].order == order else { return nil }
            return index
        }
    }

    private let state = Mutex(State())

    /// A timeline at tick 0, of 60 ticks a second until a server says otherwise.
    public init() {}

    /// The newest tick that has begun, 0 before the first.
    public var tick: Tick { Tick(number: UInt32(truncatingIfNeeded: state.withLock { $0.now })) }

    /// How many tasks sleep.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Waits for so many ticks, at least one: `sleep(ticks: 1)` returns after the next step.
    ///
    /// - Throws: `CancellationError` when the task is cancelled or the server stops.
    public func sleep(ticks: Int) async throws(CancellationError) {
        try await sleep { _ in UInt64(max(1, ticks)) }
    }

    /// Waits for so much world time, rounded up to whole ticks and at least one.
    ///
    /// - Throws: `CancellationError` when the task is cancelled or the server stops.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep { rate in Self.ticks(in: duration, rate: rate) }
    }

    /// Says how many ticks a second has, before the first step; a finished timeline opens again.
    package func begin(tickRate: Int) {
        state.withLock {
            $0.rate = max(1, tickRate)
            $0.isFinished = false
        }
    }

    /// A step begins: whoever waited for it is woken.
    package func advance(to tick: Tick) {
        let due = state.withLock { state -> [Waiter] in
            state.now = UInt64(tick.number)
            var due: [Waiter] = []
            while let sleeper = state.sleepers.last, sleeper.tick <= state.now {
                state.sleepers.removeLast()
                if let waiter = sleeper.waiter { due.append(waiter) }
            }
            return due
        }
        for waiter in due { waiter.resume(returning: true) }
    }

    /// Ends all waiting, now and later: every `sleep` throws `CancellationError`.
    package func finish() {
        let waiters = state.withLock { state -> [Waiter] in
            state.isFinished = true
            defer { state.sleepers.removeAll() }
            return state.sleepers.reversed().compactMap(\.waiter)
        }
        for waiter in waiters { waiter.resume(returning: false) }
    }

    /// The place in the order is taken at the call itself, before anything can suspend.
    private func sleep(ticks: (_ rate: Int) -> UInt64) async throws(CancellationError) {
        let place = state.withLock { state -> (tick: UInt64, order: UInt64)? in
            guard !state.isFinished, !Task.isCancelled else { return nil }
            let (sum, overflow) = state.now.addingReportingOverflow(ticks(state.rate))
            let sleeper = Sleeper(tick: overflow ? .max : sum, order: state.nextOrder, waiter: nil)
            state.nextOrder += 1
            let index = state.position(tick: sleeper.tick, order: sleeper.order)
            state.sleepers.insert(sleeper, at: index)
            return (sleeper.tick, sleeper.order)
        }
        guard let place else { throw CancellationError() }
        let isDue = await withTaskCancellationHandler {
            await withCheckedContinuation { suspend($0, tick: place.tick, order: place.order) }
        } onCancel: {
            cancel(tick: place.tick, order: place.order)
        }
        guard isDue else { throw CancellationError() }
    }

    /// The task is suspended; its tick may have come, or it may have been cancelled, in between.
    private func suspend(_ waiter: Waiter, tick: UInt64, order: UInt64) {
        let outcome = state.withLock { state -> Bool? in
            guard let index = state.index(tick: tick, order: order) else {
                return !state.isFinished && state.now >= tick
            }
            state.sleepers[index].waiter = waiter
            return nil
        }
        if let outcome { waiter.resume(returning: outcome) }
    }

    private func cancel(tick: UInt64, order: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.index(tick: tick, order: order) else { return nil }
            return state.sleepers.remove(at: index).waiter
        }
        waiter?.resume(returning: false)
    }

    /// Whole ticks that cover the duration, computed in integers so that a second has `rate` ticks.
    ///
    /// Below a nanosecond it rounds down: a tick's own duration is one tick, though a sixtieth of a
    /// second cannot be written exactly.
    private static func ticks(in duration: Duration, rate: Int) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return 1 }
        let rate = UInt64(rate)
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: rate)
        let nanoseconds = UInt64(attoseconds) / 1_000_000_000
        let part = (nanoseconds * rate + 999_999_999) / 1_000_000_000
        let (sum, overflow2) = whole.addingReportingOverflow(part)
        return overflow || overflow2 ? .max : max(1, sum)
    }
}
