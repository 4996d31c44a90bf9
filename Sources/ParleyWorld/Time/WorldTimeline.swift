public import ParleyProtocol
package import ParleySockets
import Synchronization

/// The time of a world, in ticks, and the tasks that wait for a tick or an event.
///
/// World time stands still between ticks, whatever the wall clock does. A late server resumes its
/// sleepers late, but never in another order, and a replay resumes them at the same ticks. When a
/// tick begins, sleepers are resumed in the order of their ticks, and those of one tick in the order
/// in which they began to sleep. Then come the tasks that waited for events: event by event in the
/// order of emission, and for each event in the order in which they began to wait.
public final class WorldTimeline: Sendable {
    private let state = Mutex(WaitingList())

    /// Runs the world's logic, at the beginning of a tick and at no other time.
    package let logic = HoldingExecutor()

    /// A timeline at tick 0, of 60 ticks a second until a server says otherwise.
    public init() {}

    /// The newest tick that has begun, 0 before the first.
    public var tick: Tick { Tick(number: UInt32(truncatingIfNeeded: state.withLock { $0.now })) }

    /// How many tasks wait for a tick.
    public var sleeperCount: Int { state.withLock { $0.sleeperCount } }

    /// How many tasks wait for an event.
    public var listenerCount: Int { state.withLock { $0.listenerCount } }

    /// Waits for a number of ticks, at least one: `sleep(ticks: 1)` returns when the next one begins.
    ///
    /// - Throws: `CancellationError` if the task is cancelled or the server stops.
    public func sleep(ticks: Int) async throws(CancellationError) {
        _ = try await wait(at: reserve { $0.addSleeper(ticks: UInt64(max(1, ticks))) })
    }

    /// Waits for a duration of world time, rounded up to whole ticks and at least one.
    ///
    /// - Throws: `CancellationError` if the task is cancelled or the server stops.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        _ = try await wait(
            at: reserve { $0.addSleeper(ticks: Self.ticks(in: duration, rate: $0.rate)) })
    }

    // MARK: Events

    /// Takes a place among the tasks that wait for an equal event.
    func reserve(_ event: some Hashable & Sendable) -> WaitingList.Place? {
        reserve { $0.addListener(for: EventKey(event)) }
    }

    /// Takes a place among the tasks that wait for such an event.
    func reserve<Event: Hashable & Sendable>(
        _ type: Event.Type, where matches: @escaping @Sendable (Event) -> Bool
    ) -> WaitingList.Place? {
        reserve { list in
            list.addListener(for: type) { event in (event as? Event).map(matches) ?? false }
        }
    }

    /// Delivers an event to the tasks that wait for it now; they resume when the next tick begins.
    ///
    /// An event without a waiting task is forgotten, and a task waits for one event at a time. So no
    /// more events are kept than tasks wait.
    func emit(_ event: some Hashable & Sendable) {
        // Conditions are the game's code, which must not run under the lock.
        let asked = state.withLock { $0.conditions(on: event) }
        let matching = asked.filter { $0.matches(event) }.map(\.place)
        state.withLock { $0.deliver(event, toConditions: matching) }
    }

    // MARK: The server's side

    /// The most jobs of logic that a tick runs: parts of tasks from one `await` to the next.
    ///
    /// Only logic that never waits for a tick needs as many. The rest continues in the next tick.
    static let jobsPerTick = 100_000

    /// Sets the tick rate before the first step. A finished timeline opens again.
    package func begin(tickRate: Int) {
        state.withLock {
            $0.rate = max(1, tickRate)
            $0.isFinished = false
        }
    }

    /// Sets the tick rate, and makes ``logic`` hold its tasks.
    ///
    /// - Parameters:
    ///   - tickRate: Ticks a second.
    ///   - executor: Runs the tasks of ``logic`` that do not have to wait for a tick.
    func begin(tickRate: Int, above executor: (any TaskExecutor)?) {
        begin(tickRate: tickRate)
        logic.beginHolding(above: executor)
    }

    /// Begins a step, and resumes the tasks that waited for it.
    package func advance(to tick: Tick) {
        let due = state.withLock { $0.advance(to: UInt64(tick.number)) }
        for waking in due { waking.resume() }
    }

    /// Ends all waiting, now and later: each wait throws `CancellationError`.
    package func finish() {
        let all = state.withLock { $0.finish() }
        for waking in all { waking.resume() }
        logic.release()
    }

    // MARK: Waiting

    /// Takes a place in the order at the call itself, before anything can suspend.
    private func reserve(
        _ add: (inout WaitingList) -> WaitingList.Place
    ) -> WaitingList.Place? {
        state.withLock { list in list.isFinished || Task.isCancelled ? nil : add(&list) }
    }

    /// Waits at a place that was taken.
    ///
    /// - Returns: The event, if the place is for one.
    func wait(
        at place: WaitingList.Place?
    ) async throws(CancellationError) -> (any Sendable)? {
        guard let place else { throw CancellationError() }
        let wakeup = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // The tick or event may have come in between.
                let waking = state.withLock { $0.suspend(continuation, at: place) }
                waking?.resume()
            }
        } onCancel: {
            let waking = state.withLock { $0.cancel(place) }
            waking?.resume()
        }
        switch wakeup {
        case .due: return nil
        case .event(let event): return event
        case .cancelled: throw CancellationError()
        }
    }

    /// The whole ticks that cover a duration, computed in integers so that a second has `rate` ticks.
    ///
    /// Below a nanosecond it rounds down. So a tick's own duration is one tick, although a sixtieth of
    /// a second cannot be written exactly.
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
