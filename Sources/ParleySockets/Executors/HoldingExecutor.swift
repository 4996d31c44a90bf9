internal import CParleySystem
import Synchronization

/// An executor that holds the jobs of its tasks, and runs them on the thread of the caller of
/// ``runAll(within:after:)``, one by one, in the order of their arrival.
///
/// Tasks that prefer it run at fixed points only, whatever executor is below: that of a loop, that of a
/// simulation, or Swift's own pool.
///
/// A task that enters an idle actor makes the runtime enqueue a job that runs the actor, with all tasks
/// that wait for it. Outside of a fixed point such a job goes to the executor below at once, so that
/// no other caller of the actor waits for a fixed point. Within one it is held like the others.
package final class HoldingExecutor: TaskExecutor {
    private struct State {
        var isHolding = false
        var below: (any TaskExecutor)?
        var jobs: [UnownedJob] = []
        var first = 0
        /// The thread that is running the held jobs, 0 for none.
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

    /// An executor that passes all jobs to Swift's pool until `beginHolding(above:)`.
    package init() {}

    /// Begins to hold jobs.
    ///
    /// - Parameter below: Runs the jobs that are not held; Swift's pool where it is nil.
    package func beginHolding(above below: (any TaskExecutor)?) {
        state.withLock {
            $0.isHolding = true
            $0.below = below
        }
    }

    /// Passes all jobs on, the held ones and those to come.
    package func release() {
        state.withLock { $0.isHolding = false }
        while let job = state.withLock({ $0.popFirst() }) { pass(job) }
    }

    /// Holds a job, or passes it on.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let thread = currentThreadID()
        let isHeld = state.withLock { state in
            guard state.isHolding, state.runner == thread || !Self.runsActor(job) else {
                return false
            }
            state.jobs.append(job)
            return true
        }
        if !isHeld { pass(job) }
    }

    /// Runs all held jobs, and those that they enqueue: a fixed point.
    ///
    /// - Parameters:
    ///   - budget: The number of jobs that may run, which is reduced by those that did. Jobs beyond it
    ///     stay held.
    ///   - resume: Resumes the tasks that are due, at the beginning. It belongs to the fixed point: the
    ///     actors that these tasks enter first are held with them.
    /// - Returns: Whether any job ran.
    package func runAll(within budget: inout Int, after resume: () -> Void = {}) -> Bool {
        var hasRun = false
        let thread = currentThreadID()
        state.withLock { $0.runner = thread }
        defer { state.withLock { $0.runner = 0 } }
        resume()
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

    /// Whether the job runs an actor; otherwise it resumes a task, which has a number.
    static func runsActor(_ job: UnownedJob) -> Bool {
        // A job is one pointer, as the runtime passes it.
        unsafe parley_job_task_number(unsafeBitCast(job, to: UnsafeRawPointer.self)) == 0
    }
}
