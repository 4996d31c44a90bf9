/// The result of queueing a datagram.
enum QueueOutcome {
    /// It is queued, and a flush has been requested already.
    case queued
    /// It is queued, and the caller must request the flush.
    case queuedFirst
    /// It is not queued. The promise is fulfilled once there is room.
    case full(Promise<Void>)
}

/// What the outboxes of streams and packets share: why nothing more may be queued, which sender requests
/// the flush, and which senders wait for room. Kept under the outbox's lock.
struct OutboxGate {
    /// Why nothing more may be queued.
    private(set) var end: SendError?
    private var isFlushRequested = false
    private var room: Promise<Void>?

    /// Whether a datagram may be queued; otherwise what its sender can wait for.
    ///
    /// - Throws: Why nothing more may be queued.
    mutating func admit(isFull: Bool) throws(SendError) -> Promise<Void>? {
        if let end { throw end }
        guard isFull else { return nil }
        let room = room ?? Promise()
        self.room = room
        return room
    }

    /// Notes that a datagram has been queued.
    mutating func queued() -> QueueOutcome {
        defer { isFlushRequested = true }
        return isFlushRequested ? .queued : .queuedFirst
    }

    /// Notes that the queue has been taken for flushing.
    mutating func taken() {
        isFlushRequested = false
    }

    /// The senders that wait for space, to be resumed after the lock has been released.
    mutating func takeWaiting() -> Promise<Void>? {
        room.take()
    }

    /// Refuses everything from now on; the first error counts.
    mutating func refuse(with error: SendError) -> Promise<Void>? {
        if end == nil { end = error }
        return takeWaiting()
    }

    /// Refuses everything with `error`, even if another error came before.
    mutating func abandon(with error: SendError) -> Promise<Void>? {
        end = error
        return takeWaiting()
    }
}

/// An actor with an outbox that its loop flushes at the end of a turn.
protocol OutboxOwner: LoopActor, TurnEndHandler {}

extension OutboxOwner {
    /// Requests the flush where it is due; returns what the sender must wait for, if anything.
    nonisolated func finishQueueing(_ outcome: QueueOutcome) -> SendCapacity? {
        switch outcome {
        case .queued: return nil
        case .queuedFirst: loop.requestFlush(self)
        case .full(let room): return SendCapacity(promise: room)
        }
        return nil
    }

    /// Waits until there is room, again and again until `queue` finds some.
    nonisolated func wait(for room: SendCapacity, queue: () throws(SendError) -> SendCapacity?)
        async throws(SendError)
    {
        var full: SendCapacity? = room
        while let room = full {
            // On the loop itself nothing else would run the flush before the wait.
            if loop.isCurrent { endOfTurn() }
            do {
                try await room.promise.value()
            } catch {
                throw .cancelled
            }
            full = try queue()
        }
    }
}
