/// One item of work of a loop. Safe, because the loop runs each exactly once, while its executor lives.
@safe enum LoopWork {
    /// A job of an actor that lives on the loop.
    case serial(UnownedJob, UnownedSerialExecutor)
    /// A job of a task that prefers the loop.
    case task(UnownedJob, UnownedTaskExecutor)
    /// A closure.
    case action(@Sendable () -> Void)

    /// Runs it, on the loop's thread.
    func run() {
        switch self {
        case .serial(let job, let executor):
            // The job must run on the executor that it was enqueued on: on the other one the runtime
            // would find itself in the wrong place, and enqueue the job again without end.
            unsafe job.runSynchronously(on: executor)
        case .task(let job, let executor):
            unsafe job.runSynchronously(on: executor)
        case .action(let action):
            action()
        }
    }
}
