internal import ParleyDatagrams
internal import Synchronization

/// The bytes that wait to leave by one connection.
///
/// Senders on any thread append under a short lock; the connection takes all of it once per turn
/// of its loop. So sending costs no change of threads, and many sends leave in one write.
final class StreamOutbox: Sendable {
    private struct State {
        var bytes = Datagram()
        /// Bytes ever appended and ever given to the system: their difference still waits.
        var appended = 0
        var written = 0
        var datagrams = 0
        var isFlushRequested = false
        var end: SendError?
        var room: Promise<Void>?
        var flushes: [(upTo: Int, done: Promise<SendError?>)] = []
        var isAbandoned = false

        var waiting: Int { appended - written }
    }

    /// What came of appending a datagram.
    enum Outcome {
        /// It is queued; a flush has been requested already.
        case queued
        /// It is queued, and it is the caller's to request the flush.
        case queuedFirst
        /// It is not queued: there is no room, which the promise will tell of.
        case full(Promise<Void>)
    }

    private let state = Mutex(State())
    private let highWatermark: Int
    private let lowWatermark: Int

    init(highWatermark: Int) {
        self.highWatermark = max(1, highWatermark)
        lowWatermark = self.highWatermark / 2
    }

    /// Bytes that wait, and what was appended in all.
    var counts: (waiting: Int, bytes: Int, datagrams: Int) {
        state.withLock { ($0.waiting, $0.appended, $0.datagrams) }
    }

    /// Appends a datagram in its frame, unless as many bytes as `limit` wait already.
    func append(_ datagram: Datagram, framing: StreamFraming, limit: Int? = nil)
        throws(SendError) -> Outcome
    {
        let result: Result<Outcome, SendError> = state.withLock { state in
            if let end = state.end { return .failure(end) }
            guard state.waiting < limit ?? highWatermark else {
                return .success(.full(promise(&state)))
            }
            let before = state.bytes.count
            do throws(FramingError) {
                try framing.appendFrame(of: datagram, to: &state.bytes)
            } catch {
                return .failure(
                    .tooLong(count: datagram.count, limit: framing.maximumPayload))
            }
            state.appended += state.bytes.count - before
            state.datagrams += 1
            defer { state.isFlushRequested = true }
            return .success(state.isFlushRequested ? .queued : .queuedFirst)
        }
        return try result.get()
    }

    /// Swaps what waits for the caller's empty buffer.
    func take(into buffer: inout Datagram) {
        state.withLock { state in
            state.isFlushRequested = false
            swap(&buffer, &state.bytes)
        }
    }

    /// Notes that the system has taken `count` bytes.
    func wrote(_ count: Int) {
        let (room, flushed) = state.withLock { state in
            state.written += count
            return (roomIfLow(&state), reached(&state))
        }
        room?.fulfil(())
        for promise in flushed { promise.fulfil(nil) }
    }

    /// Refuses everything from now on with `error`. What waits can still be taken.
    func refuse(with error: SendError) {
        let room = state.withLock { state in
            if state.end == nil { state.end = error }
            defer { state.room = nil }
            return state.room
        }
        room?.fulfil(())
    }

    /// Drops what waits: the connection is gone.
    func abandon(with error: SendError) {
        refuse(with: error)
        let flushes = state.withLock { state in
            state.bytes = Datagram()
            state.end = error
            state.isAbandoned = true
            state.written = state.appended
            return reached(&state)
        }
        for promise in flushes { promise.fulfil(error) }
    }

    /// Fulfilled once everything that waits now has been given to the system, or never will be, and
    /// then with the reason.
    func flushed() -> Promise<SendError?> {
        state.withLock { state in
            let done = Promise<SendError?>()
            if state.waiting == 0 {
                done.fulfil(state.isAbandoned ? state.end : nil)
            } else {
                state.flushes.append((state.appended, done))
            }
            return done
        }
    }

    /// What sending would be refused with, once it is.
    var refusal: SendError? {
        state.withLock { $0.end }
    }

    private func promise(_ state: inout State) -> Promise<Void> {
        if let room = state.room { return room }
        let room = Promise<Void>()
        state.room = room
        return room
    }

    private func roomIfLow(_ state: inout State) -> Promise<Void>? {
        guard state.waiting <= lowWatermark else { return nil }
        defer { state.room = nil }
        return state.room
    }

    private func reached(_ state: inout State) -> [Promise<SendError?>] {
        guard !state.flushes.isEmpty else { return [] }
        let written = state.written
        let done = state.flushes.filter { $0.upTo <= written }.map(\.done)
        state.flushes.removeAll { $0.upTo <= written }
        return done
    }
}
