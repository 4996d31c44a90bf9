import Synchronization
import TestNetworks
import Testing

@testable import ParleySockets

/// How the runtime names the jobs that it enqueues, and where such jobs run.
@Suite(.timeLimit(.minutes(5)))
struct HoldingExecutorTests {
    /// Records of each job whether it runs an actor, and runs it at once.
    private final class Observer: TaskExecutor {
        let kinds = Mutex<[Bool]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            kinds.withLock { $0.append(HoldingExecutor.runsActor(job)) }
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    private actor Host {
        private(set) var isResumed = false
        private var visitor: CheckedContinuation<Void, Never>?

        /// Waits within the actor for `takeVisitor()`.
        func wait() async {
            await withCheckedContinuation { visitor = $0 }
            isResumed = true
        }

        func visit() { isResumed = true }

        /// The task that waits, if there is one.
        func takeVisitor() -> CheckedContinuation<Void, Never>? { visitor.take() }
    }

    /// The task that waits in `host`, as soon as there is one.
    private func visitor(of host: Host) async throws -> CheckedContinuation<Void, Never> {
        while true {
            if let visitor = await host.takeVisitor() { return visitor }
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Fails where a toolchain gives a task's job no number any more, or an actor's job one.
    @Test func theRuntimeTellsTasksFromActors() async throws {
        let observer = Observer()
        let gate = Promise<Void>()
        let task = Task(executorPreference: observer) { try await gate.value() }
        gate.fulfil(())
        try await task.value
        let kinds = observer.kinds.withLock { $0 }
        #expect(!kinds.isEmpty && !kinds.contains(true))
    }

    /// A task that is resumed within an idle actor makes the runtime enqueue the actor.
    @Test func theRuntimeTellsActorsFromTasks() async throws {
        let (observer, host) = (Observer(), Host())
        let task = Task(executorPreference: observer) { await host.wait() }
        let visitor = try await visitor(of: host)
        observer.kinds.withLock { $0 = [] }
        visitor.resume()
        await task.value
        #expect(observer.kinds.withLock { $0 }.contains(true))
    }

    /// What a fixed point resumes belongs to it, also where it enters an actor first.
    @Test func actorsOfAFixedPointAreHeld() async throws {
        let (executor, host) = (HoldingExecutor(), Host())
        let task = Task(executorPreference: executor) { await host.wait() }
        let visitor = try await visitor(of: host)
        executor.beginHolding(above: nil)
        var budget = 10
        let hasRun = executor.runAll(within: &budget) { visitor.resume() }
        #expect(hasRun && budget < 10)
        #expect(await host.isResumed)
        executor.release()
        await task.value
    }

    /// An actor from which a task continues to another one on request.
    private actor Walker {
        let mayWalk = Atomic(false)

        func walk(to host: Host, begun: Promise<Void>) async {
            begun.fulfil(())
            while !mayWalk.load(ordering: .acquiring) {}
            await host.visit()
        }
    }

    /// Outside of a fixed point an actor that a task enters runs at once, for all its callers.
    @Test func otherActorsAreNotHeld() async throws {
        let (executor, host, walker) = (HoldingExecutor(), Host(), Walker())
        let begun = Promise<Void>()
        let task = Task(executorPreference: executor) { await walker.walk(to: host, begun: begun) }
        try await begun.value()
        executor.beginHolding(above: nil)
        walker.mayWalk.store(true, ordering: .releasing)
        #expect(await eventually { await host.isResumed })
        executor.release()
        await task.value
    }
}
