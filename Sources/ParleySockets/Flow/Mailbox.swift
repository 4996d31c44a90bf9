internal import Synchronization

/// A bounded queue between a socket and whoever consumes what it received.
///
/// The consumer pulls: it takes all there is, or waits. Past its bound the mailbox either asks the
/// producer to pause, so that the peer feels it (TCP's flow control, a full UDP buffer), or keeps
/// the newest elements and counts the rest.
package final class Mailbox<Element: Sendable>: Sendable {
    /// What happens at the bound.
    package enum Bound: Sendable {
        /// The producer pauses once the cost of what waits has reached `cost`.
        case pause(cost: Int)
        /// The oldest elements beyond `count` are dropped.
        case keepNewest(count: Int)
    }

    private struct State {
        var elements: [Element] = []
        /// Empty memory of an earlier batch, for the next one.
        var spare: [Element] = []
        var cost = 0
        var dropped = 0
        var isPaused = false
        var isFinished = false
        var waiters: [Consumer] = []
        var lastConsumer: UInt64 = 0
    }

    /// A consumer that waits for up to `count` elements.
    private struct Consumer {
        let number: UInt64
        let count: Int
        let waiter: Waiter<Batch<Element>?>
    }

    private let state = Mutex(State())
    private let bound: Bound
    private let resume: @Sendable () -> Void

    /// A mailbox with that bound; `resume` is called when a paused producer may go on.
    package init(bound: Bound, resume: @escaping @Sendable () -> Void) {
        self.bound = bound
        self.resume = resume
    }

    /// How many elements wait, and how many were dropped in all.
    package var counts: (waiting: Int, dropped: Int) {
        state.withLock { state in
            dropOldest(&state)
            return (state.elements.count, state.dropped)
        }
    }

    // MARK: Producing

    /// Adds elements, emptying the caller's array; returns whether the producer shall pause.
    package func deliver(_ elements: inout [Element], cost: Int) -> Bool {
        guard !elements.isEmpty else { return false }
        let (pause, awoken): (Bool, ResumedConsumer?) = state.withLock { state in
            guard !state.isFinished else {
                elements.removeAll(keepingCapacity: true)
                return (false, nil)
            }
            add(&elements, cost: cost, to: &state)
            let awoken = awaken(&state)
            // Who is paused stays so until `releasePause` says otherwise, or nobody would say it.
            state.isPaused = state.isPaused || isOver(state)
            return (state.isPaused, awoken)
        }
        awoken?.resume()
        return pause
    }

    /// Says that no element will come; those that wait can still be taken.
    package func finish() {
        let consumers = state.withLock { state in
            state.isFinished = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for consumer in consumers { consumer.waiter.resume(returning: nil) }
    }

    // MARK: Consuming

    /// A stream of all that waits, each time the consumer is ready for more.
    package func batches() -> AsyncStream<Batch<Element>> {
        let consumer = newConsumer()
        return AsyncStream(
            unfolding: { await self.take(.max, for: consumer) },
            onCancel: { self.cancel(consumer) })
    }

    /// The same for a walk, which is through with the batch before when it asks for the next.
    func batches(for rest: UnreadBatch<Element>) -> AsyncStream<Batch<Element>> {
        let consumer = newConsumer()
        return AsyncStream(
            unfolding: {
                rest.end()
                return await self.take(.max, for: consumer)
            },
            onCancel: { self.cancel(consumer) })
    }

    /// A stream of single elements, for things that are rare.
    package func elements() -> AsyncStream<Element> {
        let consumer = newConsumer()
        return AsyncStream(
            unfolding: { await self.take(1, for: consumer)?.first },
            onCancel: { self.cancel(consumer) })
    }

    /// All that is left, for a producer that ends or goes elsewhere with it; to resume is its own
    /// affair then.
    package func drain() -> [Element] {
        state.withLock { state in
            state.isPaused = false
            return remove(.max, from: &state).elements
        }
    }

    /// Returns what was taken and not used: it comes first again.
    package func putBack(_ elements: [Element], cost: Int) {
        let awoken = state.withLock { state in
            state.elements.insert(contentsOf: elements, at: 0)
            state.cost += cost
            return awaken(&state)
        }
        awoken?.resume()
    }

    /// Empties a batch that was consumed and keeps its memory for the next one, unless that is much:
    /// the batches of a quiet connection are small, and a large one pays for its own memory.
    package func recycle(_ elements: inout [Element]) {
        guard elements.capacity <= Self.keptCapacity else {
            elements = []
            return
        }
        elements.removeAll(keepingCapacity: true)
        state.withLock { swap(&$0.spare, &elements) }
    }

    private static var keptCapacity: Int { 256 }

    private func newConsumer() -> UInt64 {
        state.withLock { state in
            state.lastConsumer += 1
            return state.lastConsumer
        }
    }

    /// Inlined into the closures of the streams: each asynchronous function more asks the runtime
    /// twice where it runs.
    @inline(__always)
    private func take(_ count: Int, for consumer: UInt64) async -> Batch<Element>? {
        if let ready = takeReady(count) { return ready }
        return await Waiter.wait { waiter in
            add(Consumer(number: consumer, count: count, waiter: waiter))
        }
    }

    /// What is there, or `nil` inside where nothing will come; `nil` where it is to be waited for.
    private func takeReady(_ count: Int) -> Batch<Element>?? {
        var mayResume = false
        let ready: Batch<Element>?? = state.withLock { state in
            guard !state.elements.isEmpty else { return state.isFinished ? .some(nil) : .none }
            let taken = remove(count, from: &state)
            mayResume = releasePause(&state)
            return taken
        }
        if mayResume { resume() }
        return ready
    }

    private func add(_ consumer: Consumer) {
        let awoken = state.withLock { state -> ResumedConsumer? in
            state.waiters.append(consumer)
            return awaken(&state)
        }
        awoken?.resume()
        // The cancellation may have come before the waiter was there to be found.
        if Task.isCancelled { cancel(consumer.number) }
    }

    private func cancel(_ consumer: UInt64) {
        let waiter = state.withLock { state -> Waiter<Batch<Element>?>? in
            guard let index = state.waiters.firstIndex(where: { $0.number == consumer }) else {
                return nil
            }
            return state.waiters.remove(at: index).waiter
        }
        waiter?.resume(returning: nil)
    }

    // MARK: Under the lock

    /// A waiter that is to be resumed after the lock has been released.
    private struct ResumedConsumer {
        let waiter: Waiter<Batch<Element>?>
        let batch: Batch<Element>?
        let producerMayResume: (@Sendable () -> Void)?

        func resume() {
            waiter.resume(returning: batch)
            producerMayResume?()
        }
    }

    private func add(_ elements: inout [Element], cost: Int, to state: inout State) {
        if state.elements.isEmpty {
            swap(&state.elements, &elements)
        } else {
            state.elements.append(contentsOf: elements)
        }
        elements.removeAll(keepingCapacity: true)
        state.cost += cost
        // Not each time: dropping the first of an array moves all the others.
        if case .keepNewest(let count) = bound, state.elements.count > count + count / 2 {
            dropOldest(&state)
        }
    }

    private func dropOldest(_ state: inout State) {
        guard case .keepNewest(let count) = bound, state.elements.count > count else { return }
        let excess = state.elements.count - count
        state.elements.removeFirst(excess)
        state.dropped += excess
    }

    private func remove(_ count: Int, from state: inout State) -> Batch<Element> {
        dropOldest(&state)
        guard count < state.elements.count else {
            let batch = Batch(state.elements, cost: state.cost)
            state.elements = state.spare
            state.spare = []
            state.cost = 0
            return batch
        }
        let cost = state.cost / state.elements.count * count
        state.cost -= cost
        defer { state.elements.removeFirst(count) }
        return Batch(Array(state.elements.prefix(count)), cost: cost)
    }

    /// Takes for the first waiter what it waits for, if that is there.
    private func awaken(_ state: inout State) -> ResumedConsumer? {
        guard !state.waiters.isEmpty, !state.elements.isEmpty || state.isFinished else {
            return nil
        }
        let consumer = state.waiters.removeFirst()
        let batch = state.elements.isEmpty ? nil : remove(consumer.count, from: &state)
        let mayResume = releasePause(&state)
        return ResumedConsumer(
            waiter: consumer.waiter, batch: batch,
            producerMayResume: mayResume ? resume : nil)
    }

    private func isOver(_ state: borrowing State) -> Bool {
        guard case .pause(let limit) = bound else { return false }
        return state.cost >= limit
    }

    /// Whether a paused producer may go on now: at half the bound, so that it does not stutter.
    private func releasePause(_ state: inout State) -> Bool {
        guard state.isPaused, case .pause(let limit) = bound, state.cost <= limit / 2 else {
            return false
        }
        state.isPaused = false
        return true
    }
}
