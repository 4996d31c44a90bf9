import Synchronization
import Testing

@testable import ParleySockets

/// A thread that runs what may block.
@Suite(.timeLimit(.minutes(5))) struct WorkerThreadTests {
    @Test func jobsRunInTheirOrderAndNoneIsLeftOut() async throws {
        let numbers = Mutex<[Int]>([])
        let thread = try WorkerThread(named: "parley-test")
        await withCheckedContinuation { continuation in
            for number in 0..<1_000 { thread.run { numbers.withLock { $0.append(number) } } }
            thread.run { continuation.resume() }
        }
        #expect(numbers.withLock { $0 } == Array(0..<1_000))
    }

    /// Releasing the thread loses none of its jobs, and frees its memory.
    @Test func queuedJobsRunBeforeTheThreadEnds() async throws {
        final class Witness: Sendable {
            let ended: CheckedContinuation<Void, Never>
            init(_ ended: CheckedContinuation<Void, Never>) { self.ended = ended }
            deinit { ended.resume() }
        }
        let count = Atomic(0)
        await withCheckedContinuation { continuation in
            let thread = try? WorkerThread(named: "parley-test")
            for _ in 0..<100 { thread?.run { count.add(1, ordering: .relaxed) } }
            let witness = Witness(continuation)
            thread?.run { _ = witness.ended }
        }
        #expect(count.load(ordering: .relaxed) == 100)
    }
}
