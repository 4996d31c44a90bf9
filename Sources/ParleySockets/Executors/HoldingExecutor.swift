import Synchronization

/// An executor that keeps the jobs of its tasks until somebody calls for them, and runs them then
/// on the caller's thread, one by one, in the order in which they came.
///
/// Tasks that prefer it go on at fixed points only, whatever executor is below: that of a loop, of a
/// simulation, or Swift's own pool.
///
/// An actor that one of its tasks is the first to enter sends a job of its own, which carries
/// everybody who waits for that actor. Such a job goes to the executor below at once, so that nobody
/// from outside waits for a fixed point; but those that come from the jobs that are running at a
/// fixed point belong to it.
package final class HoldingExecutor: TaskExecutor {
    private struct State {
        var isHolding = false
        var below: (any TaskExecutor)?
        var jobs: [UnownedJob] = []
        var first = 0
        /// The thread that is running what was kept, 0 for none.
        var runner: UInt = 0

        mutating func popFirst() -> UnownedJob? {
            guard first < jobs.count else { return nil }
            let job = jobs[first]
            first += 1
            if first == jobs.count {
                jobs.removeAll(keepingCapacity: true)
                first = 0
            }
            return job
        }
    }

    private let state = Mutex(State())

    /// An executor that hands everything to Swift's pool until it is told to hold.
    package init() {}

    /// Begins to hold.
    ///
    /// - Parameter below: Runs what is not held; Swift's pool where there is none.
    package func hold(above below: (any TaskExecutor)?) {
        state.withLock {
            $0.isHolding = true
            $0.below = below
        }
    }

    /// Lets everything go, now and later.
    package func release() {
        state.withLock { $0.isHolding = false }
        while let job = state.withLock({ $0.popFirst() }) { pass(job) }
    }

    /// Keeps a job, or passes it on.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let thread = currentThreadID()
        let isKept = state.withLock { state in
            guard state.isHolding, state.runner == thread || !Self.isActor(job) else {
                return false
            }
            state.jobs.append(job)
            return true
        }
        if !isKept { pass(job) }
    }

    /// Runs all that is kept, and what that brings.
    ///
    /// - Parameter budget: How many jobs may run at the most, of which it takes what it used. When
    ///   it is used up the rest stays for later.
    /// - Returns: Whether anything ran.
    package func runAll(within budget: inout Int) -> Bool {
        var hasRun = false
        let thread = currentThreadID()
        state.withLock { $0.runner = thread }
        defer { state.withLock { $0.runner = 0 } }
        while budget > 0, let job = state.withLock({ $0.popFirst() }) {
            budget -= 1
            hasRun = true
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
        return hasRun
    }

    private func pass(_ job: UnownedJob) {
        let below = state.withLock { $0.below } ?? globalConcurrentExecutor
        below.enqueue(job)
    }

    /// Whether the job carries an actor instead of a task: only a task has a number.
    private static func isActor(_ job: UnownedJob) -> Bool {
        job.description.hasSuffix("(id: nil)")
    }
}
