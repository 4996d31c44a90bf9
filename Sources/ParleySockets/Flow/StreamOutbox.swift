internal import ParleyDatagrams
internal import Synchronization

/// The bytes that wait to leave by one connection.
///
/// Senders on any thread append under a short lock. The connection takes all bytes once per turn of
/// its loop, so sending changes no threads, and many sends leave in one write.
final class StreamOutbox: Sendable {
    private struct State {
        var bytes = Datagram()
        /// Bytes ever appended and ever given to the system: their difference still waits.
        var appended = 0
        var written = 0
        var datagrams = 0
        var gate = OutboxGate()
        var flushes: [(upTo: Int, done: Promise<SendError?>)] = []
        var isAbandoned = false

        var waiting: Int { appended - written }
    }

    private let state = Mutex(State())
    private let highWatermark: Int
    private let lowWatermark: Int
    private let memory: MemoryPool

    init(highWatermark: Int, memory: MemoryPool = MemoryPool()) {
        self.memory = memory
        self.highWatermark = max(1, highWatermark)
        lowWatermark = self.highWatermark / 2
    }

    /// The bytes that wait, and the bytes and datagrams appended in all.
    var counts: (waiting: Int, bytes: Int, datagrams: Int) {
        state.withLock { ($0.waiting, $0.appended, $0.datagrams) }
    }

    /// Appends a datagram in its frame, unless `limit` bytes or more wait already.
    func append(_ datagram: Datagram, framing: StreamFraming, limit: Int? = nil)
        throws(SendError) -> QueueOutcome
    {
        let result: Result<QueueOutcome, SendError> = state.withLock { state in
            do throws(SendError) {
                let isFull = state.waiting >= limit ?? highWatermark
                if let room = try state.gate.admit(isFull: isFull) {
                    return .success(.full(room))
                }
            } catch {
                return .failure(error)
            }
            if state.bytes.capacity == 0 { state.bytes = memory.take() }
            let before = state.bytes.count
            do throws(FramingError) {
                try framing.appendFrame(of: datagram, to: &state.bytes)
            } catch {
                return .failure(
                    .tooLong(count: datagram.count, limit: framing.maximumPayload))
            }
            state.appended += state.bytes.count - before
            state.datagrams += 1
            return .success(state.gate.queued())
        }
        return try result.get()
    }

    /// Swaps the waiting bytes for the caller's empty buffer.
    func take(into buffer: inout Datagram) {
        state.withLock { state in
            state.gate.taken()
            swap(&buffer, &state.bytes)
        }
    }

    /// Notes that the system has taken `count` bytes.
    func wrote(_ count: Int) {
        let (room, flushed) = state.withLock { state in
            state.written += count
            let hasSpace = state.waiting <= lowWatermark
            return (hasSpace ? state.gate.takeWaiting() : nil, reached(&state))
        }
        room?.fulfil(())
        for promise in flushed { promise.fulfil(nil) }
    }

    /// Refuses everything from now on with `error`. The waiting bytes can still be taken.
    func refuse(with error: SendError) {
        state.withLock { $0.gate.refuse(with: error) }?.fulfil(())
    }

    /// Drops the waiting bytes: the connection is gone.
    func abandon(with error: SendError) {
        let (room, flushes) = state.withLock { state in
            state.bytes = Datagram()
            state.isAbandoned = true
            state.written = state.appended
            return (state.gate.abandon(with: error), reached(&state))
        }
        room?.fulfil(())
        for promise in flushes { promise.fulfil(error) }
    }

    /// A promise that is fulfilled once everything that waits now has been given to the system: with
    /// `nil`, or with the reason why that will never happen.
    func flushed() -> Promise<SendError?> {
        state.withLock { state in
            let done = Promise<SendError?>()
            if state.waiting == 0 {
                done.fulfil(state.isAbandoned ? state.gate.end : nil)
            } else {
                state.flushes.append((state.appended, done))
            }
            return done
        }
    }

    /// The error that sending throws, once nothing more may be queued.
    var refusal: SendError? {
        state.withLock { $0.gate.end }
    }

    private func reached(_ state: inout State) -> [Promise<SendError?>] {
        guard !state.flushes.isEmpty else { return [] }
        let written = state.written
        let done = state.flushes.filter { $0.upTo <= written }.map(\.done)
        state.flushes.removeAll { $0.upTo <= written }
        return done
    }
}
