internal import ParleySockets

/// A thread that is an actor's executor: for an actor whose calls block, such as those of SQLite.
final class ThreadExecutor: SerialExecutor {
    private let thread: WorkerThread

    /// Starts the thread. It ends after its last job, when the executor is gone.
    init(named name: String) throws(SystemError) {
        thread = try WorkerThread(named: name)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        thread.run { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }
}
