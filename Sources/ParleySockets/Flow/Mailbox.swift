internal import Synchronization

/// A bounded queue between a producer, such as a socket, and the tasks that consume its elements.
///
/// Consumers pull: a consumer takes all elements, or waits. At its bound the mailbox either asks the
/// producer to pause, so that the peer feels it (TCP's flow control, a full UDP buffer), or keeps
/// the newest elements and counts the dropped ones.
package final class Mailbox<Element: Sendable>: Sendable {
    /// The behaviour at the bound.
    package enum Bound: Sendable {
        /// The producer pauses once the waiting elements cost `cost`.
        case pause(cost: Int)
        /// The oldest elements beyond `count` are dropped.
        case keepNewest(count: Int)
    }

    private struct State {
        var queue = MailboxQueue<Element>()
        var cost = 0
        var dropped = 0
        var isPaused = false
        var isFinished = false
        var waiters: [Consumer] = []
        var lastConsumer: UInt64 = 0
        weak var producer: (any MailboxProducer)?
    }

    /// A consumer that waits for up to `count` elements.
    private struct Consumer {
        let number: UInt64
        let count: Int
        let waiter: Waiter<Batch<Element>?>
    }

    private let state = Mutex(State())
    private let bound: Bound
    private let keptBytes: Int

    /// An empty mailbox.
    ///
    /// - Parameters:
    ///   - bound: What happens when consumers are behind.
    ///   - keptBytes: How much empty memory is kept for the next batch. Larger batches allocate.
    package init(bound: Bound, keptBytes: Int = 2048) {
        self.bound = bound
        self.keptBytes = keptBytes
    }

    /// Sets the producer that is resumed when consumers have caught up. It is not retained.
    package func setProducer(_ producer: any MailboxProducer) {
        state.withLock { $0.producer = producer }
    }

    /// The number of elements that wait, and of those dropped in all.
    package var counts: (waiting: Int, dropped: Int) {
        state.withLock { state in
            dropOldest(&state)
            return (state.queue.count, state.dropped)
        }
    }

    /// The number of consumers that wait.
    var waitingConsumers: Int { state.withLock { $0.waiters.count } }

    // MARK: Producing

    /// Adds elements, emptying the caller's array; returns whether the producer must pause.
    package func deliver(_ elements: inout [Element], cost: Int) -> Bool {
        guard !elements.isEmpty else { return false }
        let (mustPause, wakeUps): (Bool, WakeUps) = state.withLock { state in
            guard !state.isFinished else {
                elements.removeAll(keepingAtMost: keptBytes)
                return (false, WakeUps())
            }
            state.queue.append(&elements, keptBytes: keptBytes)
            state.cost += cost
            // Not each time: dropping the first elements of an array moves all others.
            if case .keepNewest(let count) = bound, state.queue.count > count + count / 2 {
                dropOldest(&state)
            }
            let wakeUps = wakeConsumers(&state)
            // A paused producer stays paused until `releasePause`: nothing else resumes it.
            state.isPaused = state.isPaused || isOver(state)
            return (state.isPaused, wakeUps)
        }
        wakeUps.perform()
        return mustPause
    }

    /// Ends the mailbox. Waiting elements can still be taken.
    package func finish() {
        let wakeUps = state.withLock { state in
            state.isFinished = true
            return wakeConsumers(&state)
        }
        wakeUps.perform()
    }

    /// Removes and returns all elements, for a producer that ends or moves elsewhere. The producer
    /// resumes by itself afterwards.
    package func drain() -> [Element] {
        state.withLock { state in
            state.isPaused = false
            return remove(.max, from: &state).elements
        }
    }

    // MARK: Consuming

    /// A stream of batches: each has all elements that wait when the consumer asks.
    package func batches() -> AsyncStream<Batch<Element>> {
        let consumer = newConsumer()
        return AsyncStream(
            unfolding: { await self.take(.max, for: consumer) },
            onCancel: { self.cancel(consumer) })
    }

    /// The same, but a batch stays in the mailbox until the consumer runs: until then `drain` finds it.
    package func unclaimedBatches() -> AsyncStream<Batch<Element>> {
        let consumer = newConsumer()
        return AsyncStream(
            unfolding: {
                while true {
                    if let ready = self.takeReady(.max) { return ready }
                    // An empty batch says that something came, which may be gone by now.
                    guard await self.take(0, for: consumer) != nil else { return nil }
                }
            },
            onCancel: { self.cancel(consumer) })
    }

    /// The same for an iterator over elements, which is done with one batch when it asks for the
    /// next.
    func batches(for rest: UnreadBatch<Element>) -> AsyncStream<Batch<Element>> {
        let consumer = newConsumer()
        return AsyncStream(
            unfolding: {
                rest.end()
                return await self.take(.max, for: consumer)
            },
            onCancel: { self.cancel(consumer) })
    }

    /// A stream of single elements, for things that are rare. Several consumers share the elements.
    package func elements() -> AsyncStream<Element> {
        let consumer = newConsumer()
        return AsyncStream(
            unfolding: { await self.take(1, for: consumer)?.first },
            onCancel: { self.cancel(consumer) })
    }

    /// Puts elements that were taken and not used back in front of all others.
    package func putBack(_ elements: [Element], cost: Int) {
        let wakeUps = state.withLock { state in
            state.queue.prepend(elements)
            state.cost += cost
            return wakeConsumers(&state)
        }
        wakeUps.perform()
    }

    /// Empties a consumed batch and keeps its memory for the next one, up to `keptBytes`: the
    /// batches of a quiet connection are small, and a large batch pays for its own memory.
    package func recycle(_ elements: inout [Element]) {
        elements.removeAll(keepingAtMost: keptBytes)
        guard elements.capacity > 0 else { return }
        state.withLock { $0.queue.recycle(&elements) }
    }

    private func newConsumer() -> UInt64 {
        state.withLock { state in
            state.lastConsumer += 1
            return state.lastConsumer
        }
    }

    /// Inlined into the closures of the streams: each further asynchronous function asks the runtime
    /// twice where it runs.
    @inline(__always)
    private func take(_ count: Int, for consumer: UInt64) async -> Batch<Element>? {
        if let ready = takeReady(count) { return ready }
        return await Waiter.wait { waiter in
            add(Consumer(number: consumer, count: count, waiter: waiter))
        }
    }

    /// The waiting elements; `.some(nil)` after the end, `nil` where the consumer must wait.
    private func takeReady(_ count: Int) -> Batch<Element>?? {
        var producer: (any MailboxProducer)?
        let ready: Batch<Element>?? = state.withLock { state in
            guard !state.queue.isEmpty else { return state.isFinished ? .some(nil) : .none }
            let taken = remove(count, from: &state)
            if releasePause(&state) { producer = state.producer }
            return taken
        }
        producer?.resumeProducing()
        return ready
    }

    private func add(_ consumer: Consumer) {
        let wakeUps = state.withLock { state in
            state.waiters.append(consumer)
            return wakeConsumers(&state)
        }
        wakeUps.perform()
        // The cancellation may have come before there was a waiter to find.
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
}

// MARK: - Under the lock

extension Mailbox {
    /// A waiting consumer and the batch that it gets.
    private struct ResumedConsumer {
        let waiter: Waiter<Batch<Element>?>
        let batch: Batch<Element>?

        func resume() { waiter.resume(returning: batch) }
    }

    /// The tasks to resume once the lock has been released.
    private struct WakeUps {
        /// Kept apart from the others, because one consumer is the rule and an array allocates.
        var first: ResumedConsumer?
        var others: [ResumedConsumer] = []
        var producer: (any MailboxProducer)?

        func perform() {
            first?.resume()
            for consumer in others { consumer.resume() }
            producer?.resumeProducing()
        }
    }

    /// Gives waiting consumers what waits, in the order of their arrival, until one of both is gone.
    private func wakeConsumers(_ state: inout State) -> WakeUps {
        var wakeUps = WakeUps()
        while !state.waiters.isEmpty, !state.queue.isEmpty || state.isFinished {
            let consumer = state.waiters.removeFirst()
            let batch = state.queue.isEmpty ? nil : remove(consumer.count, from: &state)
            let resumed = ResumedConsumer(waiter: consumer.waiter, batch: batch)
            if wakeUps.first == nil {
                wakeUps.first = resumed
            } else {
                wakeUps.others.append(resumed)
            }
        }
        if wakeUps.first != nil, releasePause(&state) { wakeUps.producer = state.producer }
        return wakeUps
    }

    private func dropOldest(_ state: inout State) {
        guard case .keepNewest(let count) = bound, state.queue.count > count else { return }
        let excess = state.queue.count - count
        state.queue.dropFirst(excess)
        state.dropped += excess
    }

    private func remove(_ limit: Int, from state: inout State) -> Batch<Element> {
        guard limit > 0 else { return Batch([], cost: 0) }
        dropOldest(&state)
        let waiting = state.queue.count
        let count = min(limit, waiting)
        let cost = count == waiting ? state.cost : state.cost / waiting * count
        state.cost -= cost
        return Batch(state.queue.removeFirst(count), cost: cost)
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
