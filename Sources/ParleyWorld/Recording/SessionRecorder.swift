import ParleyProtocol
import ParleySockets
import Synchronization

/// A server's recording: takes ticks from the tick loop without making it wait, and writes them on a
/// separate thread.
///
/// Two seconds of ticks may wait for the disk; with one more the recording ends.
final class SessionRecorder<Game: GameProtocol>: Sendable {
    private struct State {
        var waiting = 0
        var failure: RecordingFailure?
        var isReported = false
    }

    /// Locked for as long as the disk takes, by the thread only.
    private let writer: Mutex<Writer>
    private let state = Mutex(State())
    /// Nil for a recording in memory, which never blocks.
    private let thread: WorkerThread?
    private let mostWaiting: Int

    /// Begins the recording.
    ///
    /// - Throws: ``RecordingFailure`` if there can be none; the server does not start then.
    static func begin(
        _ recording: Recording, schema: ReplicationSchema?, tickRate: Int
    ) async throws(RecordingFailure) -> SessionRecorder {
        let thread: WorkerThread?
        switch recording.destination {
        case .memory: thread = nil
        case .file:
            do { thread = try WorkerThread(named: "parley-record") } catch {
                throw .noThread(code: error.code)
            }
        }
        let open: @Sendable () -> Result<SessionRecorder, RecordingFailure> = {
            Result { () throws(RecordingFailure) in
                try SessionRecorder(
                    Writer(RecordingWriter(recording, schema: schema, tickRate: tickRate)),
                    thread, mostWaiting: 2 * tickRate)
            }
        }
        guard let thread else { return try open().get() }
        let result = await withCheckedContinuation { continuation in
            thread.run { continuation.resume(returning: open()) }
        }
        return try result.get()
    }

    private init(_ writer: consuming sending Writer, _ thread: WorkerThread?, mostWaiting: Int) {
        self.writer = Mutex(writer)
        self.thread = thread
        self.mostWaiting = max(1, mostWaiting)
    }

    /// Records a tick that was run.
    ///
    /// - Returns: The reason why the recording has ended, once.
    func record(
        _ input: TickInput<Game>, _ outcome: TickOutcome<Game>
    ) -> RecordingFailure? {
        let mayWrite = state.withLock { state in
            guard state.failure == nil else { return false }
            guard state.waiting < mostWaiting else {
                state.failure = .tooSlow(waiting: state.waiting)
                return false
            }
            state.waiting += 1
            return true
        }
        if mayWrite { run { self.write(input, outcome) } }
        return takeFailure()
    }

    /// Writes what waits, and ends the recording.
    ///
    /// - Returns: The reason why it ended early, if not returned before.
    func finish() async -> RecordingFailure? {
        await withCheckedContinuation { continuation in
            run {
                self.close()
                continuation.resume()
            }
        }
        return takeFailure()
    }

    private func run(_ job: @escaping @Sendable () -> Void) {
        if let thread { thread.run(job) } else { job() }
    }

    private func takeFailure() -> RecordingFailure? {
        state.withLock { state in
            guard !state.isReported, let failure = state.failure else { return nil }
            state.isReported = true
            return failure
        }
    }

    // MARK: On the thread

    private func write(_ input: TickInput<Game>, _ outcome: TickOutcome<Game>) {
        let failed = state.withLock { state in
            state.waiting -= 1
            // Ticks that waited when the disk became too slow are whole, so they are written.
            if case .tooSlow? = state.failure { return false }
            return state.failure != nil
        }
        if failed { return }
        attempt { (writer) throws(RecordingFailure) in
            try writer.append(input, outcome)
            // Caught up: a crash of the process then costs no tick that was run.
            if self.state.withLock({ $0.waiting == 0 }) { try writer.flush() }
        }
    }

    private func close() {
        let reason = state.withLock { $0.failure?.description ?? "" }
        attempt { (writer) throws(RecordingFailure) in try writer.close(because: reason) }
    }

    private func attempt(
        _ body: (RecordingWriter<Game>) throws(RecordingFailure) -> Void
    ) {
        let failure = writer.withLock { writer -> RecordingFailure? in
            do throws(RecordingFailure) { try body(writer.value) } catch { return error }
            return nil
        }
        guard let failure else { return }
        state.withLock { $0.failure = $0.failure ?? failure }
    }

    /// The writer, inside the lock.
    private struct Writer {
        let value: RecordingWriter<Game>

        init(_ value: RecordingWriter<Game>) { self.value = value }
    }
}
