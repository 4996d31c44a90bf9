internal import Synchronization
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A thread that runs what may block, one job after the other: files, say, which have no place on an
/// event loop or on Swift's pool.
///
/// It runs what was given to it and ends when nobody holds this any more. How much may wait is its
/// owner's to bound.
package final class WorkerThread: Sendable {
    private let queue: JobQueue

    /// Starts it.
    ///
    /// - Parameter name: at most 15 bytes, for who looks at the process.
    package init(named name: String) throws(SystemError) {
        let queue = JobQueue()
        self.queue = queue
        try startThread(named: name) { queue.work() }
    }

    deinit {
        queue.finish()
    }

    /// Runs a job after all those before it.
    package func run(_ job: @escaping @Sendable () -> Void) {
        queue.add(job)
    }
}

/// What the thread and its owner share.
private final class JobQueue: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isFinished = false
    }

    private let state = Mutex(State())
    private let wakeups = Wakeups()

    func add(_ job: @escaping @Sendable () -> Void) {
        state.withLock { $0.jobs.append(job) }
        wakeups.post()
    }

    func finish() {
        state.withLock { $0.isFinished = true }
        wakeups.post()
    }

    func work() {
        while true {
            let (jobs, isFinished) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isFinished)
            }
            for job in jobs { job() }
            if jobs.isEmpty {
                if isFinished { return }
                wakeups.wait()
            }
        }
    }
}

/// A semaphore of the system (`sem_t`), which one thread waits for.
///
/// Unchecked because the memory is the system's to synchronise: it lives as long as this does.
@safe
private final class Wakeups: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe semaphore.initialize(to: sem_t())
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    func post() {
        unsafe sem_post(semaphore)
    }

    /// Returns early now and then, as signals do to it; its caller looks again.
    func wait() {
        _ = unsafe sem_wait(semaphore)
    }
}
