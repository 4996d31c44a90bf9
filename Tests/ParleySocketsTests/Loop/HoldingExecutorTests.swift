import Synchronization
import TestNetworks
import Testing

@testable import ParleySockets

/// How the runtime names the jobs that it enqueues, and where such jobs run.
@Suite(.timeLimit(.minutes(5)))
struct HoldingExecutorTests {
    /// Notes of each job whether it resumes a task, and passes it on.
    private final class Observer: TaskExecutor {
        let kinds = Mutex<[Bool]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            kinds.withLock { $0.append(HoldingExecutor.resumesTask(job)) }
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    private actor Host {
        private(set) var isResumed = false

        /// Waits within the actor.
        func wait(for goOn: Promise<Void>, entered: Promise<Void>) async {
            entered.fulfil(())
            try? await goOn.value()
            isResumed = true
        }

        /// Returns when no other task is running in the actor.
        func pass() {}
    }

    /// Fails where a toolchain gives a task's job no number any more, or an actor's job one.
    @Test func theRuntimeTellsTasksFromActors() async throws {
        let observer = Observer()
        let gate = Promise<Void>()
        let task = Task(executorPreference: observer) { try await gate.value() }
        gate.fulfil(())
        try await task.value
        let kinds = observer.kinds.withLock { $0 }
        #expect(!kinds.isEmpty && kinds.allSatisfy { $0 })
    }

    /// A task that is resumed within an idle actor makes the runtime enqueue the actor.
    @Test func theRuntimeTellsActorsFromTasks() async throws {
        let observer = Observer()
        let (entered, goOn) = (Promise<Void>(), Promise<Void>())
        let host = Host()
        let visitor = Task(executorPreference: observer) {
            await host.wait(for: goOn, entered: entered)
        }
        try await entered.value()
        await host.pass()
        observer.kinds.withLock { $0 = [] }
        goOn.fulfil(())
        await visitor.value
        #expect(observer.kinds.withLock { $0 }.contains(false))
    }

    /// What a fixed point resumes belongs to it, also where it enters an actor first.
    @Test func actorsOfAFixedPointAreHeld() async throws {
        let executor = HoldingExecutor()
        let (entered, goOn) = (Promise<Void>(), Promise<Void>())
        let host = Host()
        let visitor = Task(executorPreference: executor) {
            await host.wait(for: goOn, entered: entered)
        }
        try await entered.value()
        await host.pass()
        executor.hold(above: nil)
        var budget = 10
        let hasRun = executor.runAll(within: &budget) { goOn.fulfil(()) }
        #expect(hasRun && budget == 9)
        #expect(await host.isResumed)
        executor.release()
        await visitor.value
    }
}
