internal import Synchronization
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A thread for work that may block, such as files, which has no place on an event loop or on Swift's
/// pool. It runs one job after the other.
///
/// The thread ends after its last job, when the last reference to this object is gone. The owner bounds
/// the number of waiting jobs.
package final class WorkerThread: Sendable {
    private let queue: JobQueue

    /// Starts it.
    ///
    /// - Parameter name: The thread's name, at most 15 bytes, as process viewers show it.
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

/// The jobs that the owner adds and the thread takes.
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

/// A semaphore of the system (`sem_t`) that one thread waits for.
///
/// `@unchecked Sendable`: the system synchronises its memory, which lives as long as this object.
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

    /// May return early, after a signal; the caller checks for jobs in any case.
    func wait() {
        _ = unsafe sem_wait(semaphore)
    }
}
