import Synchronization
import Testing

@testable import ParleySockets

@Suite(.timeLimit(.minutes(5)))
struct MailboxTests {
    /// Delivers elements that cost 1 each; whether the producer shall pause.
    func deliver(_ elements: [Int], to mailbox: Mailbox<Int>) -> Bool {
        var elements = elements
        let mustPause = mailbox.deliver(&elements, cost: elements.count)
        #expect(elements.isEmpty)
        return mustPause
    }

    func pausing(at cost: Int, _ producer: FakeProducer? = nil) -> Mailbox<Int> {
        let mailbox = Mailbox<Int>(bound: .pause(cost: cost))
        if let producer { mailbox.setProducer(producer) }
        return mailbox
    }

    @Test func deliversAllElementsInOrder() async {
        let mailbox = pausing(at: 100)
        #expect(!deliver([1, 2], to: mailbox))
        #expect(!deliver([3], to: mailbox))
        mailbox.finish()
        #expect(deliver([4], to: mailbox) == false)
        var batches: [[Int]] = []
        for await batch in mailbox.batches() { batches.append(Array(batch)) }
        #expect(batches == [[1, 2, 3]])
    }

    @Test func asksToPauseAtTheBoundAndToResumeAtHalf() async {
        let producer = FakeProducer()
        let mailbox = pausing(at: 4, producer)
        #expect(!deliver([1, 2, 3], to: mailbox))
        #expect(deliver([4], to: mailbox))
        var elements = mailbox.elements().makeAsyncIterator()
        #expect(await elements.next() == 1)
        #expect(producer.resumptions == 0)
        // A producer that is still on its way to its pause stays paused.
        #expect(deliver([], to: mailbox) == false)
        #expect(await elements.next() == 2)
        #expect(producer.resumptions == 1)
        #expect(await elements.next() == 3)
        #expect(producer.resumptions == 1)
    }

    @Test func deliveringWhilePausedStaysPaused() async {
        let producer = FakeProducer()
        let mailbox = pausing(at: 6, producer)
        #expect(deliver([1, 2, 3, 4, 5, 6], to: mailbox))
        var elements = mailbox.elements().makeAsyncIterator()
        for expected in 1...2 { #expect(await elements.next() == expected) }
        // Below the bound and above half of it: a paused producer stays paused until it is resumed.
        #expect(deliver([7], to: mailbox))
        #expect(producer.resumptions == 0)
        for expected in 3...4 { #expect(await elements.next() == expected) }
        #expect(producer.resumptions == 1)
        #expect(!deliver([8], to: mailbox))
    }

    @Test func keepsTheNewest() async {
        let mailbox = Mailbox<Int>(bound: .keepNewest(count: 3))
        for number in 1...10 { #expect(!deliver([number], to: mailbox)) }
        #expect(mailbox.counts == (waiting: 3, dropped: 7))
        #expect(!deliver(Array(11...20), to: mailbox))
        mailbox.finish()
        #expect(mailbox.drain() == [18, 19, 20])
        #expect(mailbox.counts.dropped == 17)
    }

    @Test func anIteratorReturnsUnreadElements() async {
        let producer = FakeProducer()
        let mailbox = pausing(at: 10, producer)
        #expect(deliver(Array(1...10), to: mailbox))
        for expected in 1...10 {
            for await element in Elements(mailbox) {
                #expect(element == expected)
                break
            }
        }
        #expect(mailbox.counts.waiting == 0)
    }

    @Test func returnedElementsCountAgainstTheBound() async {
        let mailbox = pausing(at: 10)
        #expect(deliver(Array(1...10), to: mailbox))
        for await _ in Elements(mailbox) { break }
        #expect(mailbox.counts.waiting == 9)
        #expect(deliver([11], to: mailbox))
    }

    @Test func twoConsumersShareAndOneMayBeCancelled() async {
        let mailbox = pausing(at: 1_000_000)
        let seen = Trace()
        let first = Task { for await number in Elements(mailbox) { seen.note(number) } }
        let second = Task { for await number in Elements(mailbox) { seen.note(number) } }
        for number in 0..<1000 { _ = deliver([number], to: mailbox) }
        first.cancel()
        await first.value
        for number in 1000..<2000 { _ = deliver([number], to: mailbox) }
        mailbox.finish()
        await second.value
        #expect(seen.all.sorted() == Array(0..<2000))
    }

    /// A step of a game takes what has come, also while the task that waits for it has yet to run.
    @Test func elementsOfAResumedConsumerCanBeDrained() async {
        let mailbox = pausing(at: 100)
        let (executor, seen) = (RunningLater(), Trace())
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: executor) {
                for await batch in mailbox.unclaimedBatches() { batch.forEach(seen.note) }
            }
            executor.runAll()
            #expect(mailbox.waitingConsumers == 1)
            _ = deliver([1, 2], to: mailbox)
            #expect(mailbox.drain() == [1, 2])
            executor.runAll()
            #expect(mailbox.waitingConsumers == 1)
            _ = deliver([3], to: mailbox)
            executor.runAll()
            #expect(seen.all == [3])
            mailbox.finish()
            executor.runAll()
        }
    }

    @Test func finishResumesEveryConsumer() async {
        let mailbox = pausing(at: 1)
        await withDiscardingTaskGroup { group in
            for _ in 0..<10 {
                group.addTask { for await _ in mailbox.batches() { Issue.record("nothing came") } }
            }
            group.addTask { mailbox.finish() }
        }
        for await _ in mailbox.batches() { Issue.record("it has ended") }
    }

    @Test(arguments: 0..<100)
    func cancellingLosesNothing(round: Int) async {
        let mailbox = pausing(at: 1_000_000)
        let seen = Trace()
        let consumer = Task { for await number in Elements(mailbox) { seen.note(number) } }
        for number in 0..<50 {
            _ = deliver([number], to: mailbox)
            if number == round % 50 { consumer.cancel() }
        }
        await consumer.value
        mailbox.finish()
        for await number in Elements(mailbox) { seen.note(number) }
        #expect(seen.all == Array(0..<50))
    }

    @Test func pauseAndResumeNeverMiss() async {
        // A producer that really pauses, on another thread than its consumer.
        let gate = Gate()
        let producer = FakeProducer { gate.open() }
        let mailbox = pausing(at: 8, producer)
        let total = 20_000
        async let produced: Void = aside {
            for number in 0..<total {
                gate.close()
                var one = [number]
                if mailbox.deliver(&one, cost: 1) { gate.wait() }
            }
            mailbox.finish()
        }
        var next = 0
        for await number in Elements(mailbox) {
            #expect(number == next)
            next += 1
        }
        await produced
        #expect(next == total)
        #expect(producer.resumptions > 0)
    }

    @Test func oneDeliveryWakesEveryWaitingConsumer() async {
        let mailbox = pausing(at: 100)
        let seen = Trace()
        await withDiscardingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask { for await number in mailbox.elements() { seen.note(number) } }
            }
            await untilWaiting(3, in: mailbox)
            #expect(!deliver([1, 2, 3], to: mailbox))
            // All three were resumed with one element each: none is left for a later call.
            #expect(mailbox.counts.waiting == 0)
            mailbox.finish()
        }
        #expect(seen.all.sorted() == [1, 2, 3])
    }

    @Test func finishServesWaitingConsumersFirst() async {
        let mailbox = pausing(at: 100)
        let seen = Trace()
        await withDiscardingTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    var elements = mailbox.elements().makeAsyncIterator()
                    if let number = await elements.next() { seen.note(number) }
                }
            }
            await untilWaiting(2, in: mailbox)
            mailbox.putBack([1, 2], cost: 2)
            mailbox.finish()
        }
        #expect(seen.all.sorted() == [1, 2])
        #expect(mailbox.counts.waiting == 0)
    }

    @Test func aPauseThatAWaitingConsumerEndsAtOnceIsNone() async {
        let producer = FakeProducer()
        let mailbox = pausing(at: 3, producer)
        let seen = Trace()
        await withDiscardingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask { for await number in mailbox.elements() { seen.note(number) } }
            }
            await untilWaiting(3, in: mailbox)
            // The consumers take everything, so nothing would resume a producer that paused.
            #expect(!deliver([1, 2, 3], to: mailbox))
            #expect(producer.resumptions == 0)
            mailbox.finish()
        }
        #expect(seen.all.count == 3)
    }

    @Test func singleElementsAndBatchesMix() async {
        let mailbox = pausing(at: 1_000_000)
        _ = deliver(Array(0..<10), to: mailbox)
        var singles = mailbox.elements().makeAsyncIterator()
        for expected in 0..<3 { #expect(await singles.next() == expected) }
        _ = deliver(Array(10..<15), to: mailbox)
        mailbox.putBack([1, 2], cost: 2)
        #expect(await singles.next() == 1)
        var batches = mailbox.batches().makeAsyncIterator()
        #expect(await batches.next().map { Array($0) } == [2] + Array(3..<15))
        #expect(mailbox.counts.waiting == 0)
    }

    @Test func removingSingleElementsMovesNoneOfTheOthers() {
        var queue = MailboxQueue<Int>()
        var elements = Array(0..<6_000)
        queue.append(&elements, keptBytes: 0)
        for expected in 0..<5_000 {
            #expect(queue.removeFirst(1) == [expected])
            // The newest element keeps its place in memory.
            #expect(queue.front.first == 5_999)
        }
        #expect(queue.removeFirst(1_000) == Array(5_000..<6_000))
        #expect(queue.isEmpty)
    }

    @Test func aBurstLeavesLittleMemoryBehind() async {
        let mailbox = pausing(at: 1_000_000)
        var batches = mailbox.batches().makeAsyncIterator()
        var elements: [Int] = []
        for round in 0..<3 {
            elements.append(contentsOf: Array(0..<50_000))
            _ = mailbox.deliver(&elements, cost: 50_000)
            // The second delivery finds elements waiting and is copied behind them.
            elements.append(contentsOf: Array(0..<50_000))
            _ = mailbox.deliver(&elements, cost: 50_000)
            #expect(elements.capacity <= 256, "round \(round)")
            var batch = await batches.next().map { Array($0) } ?? []
            #expect(batch.count == 100_000)
            mailbox.recycle(&batch)
            #expect(batch.capacity == 0)
        }
    }

    /// Waits until so many consumers wait.
    private func untilWaiting(_ count: Int, in mailbox: Mailbox<Int>) async {
        while mailbox.waitingConsumers < count { await Task.yield() }
    }
}

/// A producer that counts how often it is resumed.
final class FakeProducer: MailboxProducer {
    private let trace = Trace()
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void = {}) {
        self.body = body
    }

    var resumptions: Int { trace.all.count }

    func resumeProducing() {
        trace.note(1)
        body()
    }
}

/// Runs jobs when it is told to.
private final class RunningLater: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    func runAll() {
        while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
