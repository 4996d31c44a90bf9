import Testing

@testable import ParleySockets

@Suite(.timeLimit(.minutes(5)))
struct PromiseTests {
    @Test func theFirstValueCounts() async throws {
        let promise = Promise<Int>()
        #expect(promise.current == nil)
        #expect(promise.fulfil(1))
        #expect(!promise.fulfil(2))
        #expect(promise.current == 1)
        #expect(try await promise.value() == 1)
    }

    @Test func resumesEveryWaitingTask() async {
        let promise = Promise<Int>()
        let sum = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { (try? await promise.value()) ?? 0 } }
            group.addTask {
                promise.fulfil(3)
                return 0
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 300)
    }

    @Test func cancellingOneLeavesTheOthers() async {
        let promise = Promise<Int>()
        await withTaskGroup(of: Int?.self) { group in
            let lonely = Task { try? await promise.value() }
            group.addTask { try? await promise.value() }
            lonely.cancel()
            #expect(await lonely.value == nil)
            promise.fulfil(7)
            #expect(await group.next() == .some(7))
        }
    }

    @Test func cancelledBeforeWaiting() async {
        let promise = Promise<Int>()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await promise.value()
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        promise.fulfil(1)
    }

    @Test func aValueThatIsThereComesDespiteCancellation() async throws {
        let promise = Promise<Int>()
        promise.fulfil(5)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await promise.value()
        }
        task.cancel()
        #expect(try await task.value == 5)
    }

    @Test func canBeWaitedForDespiteCancellation() async {
        let promise = Promise<Int>()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await promise.valueDespiteCancellation()
        }
        task.cancel()
        promise.fulfil(9)
        #expect(await task.value == 9)
    }

    @Test(arguments: 0..<200)
    func cancellingAndFulfillingRace(round: Int) async {
        let promise = Promise<Int>()
        let waiters = (0..<4).map { _ in Task { try? await promise.value() } }
        for _ in 0..<(round % 8) { await Task.yield() }
        async let fulfilled = promise.fulfil(1)
        for waiter in waiters { waiter.cancel() }
        #expect(await fulfilled)
        for waiter in waiters {
            let value = await waiter.value
            #expect(value == nil || value == 1)
        }
    }
}
