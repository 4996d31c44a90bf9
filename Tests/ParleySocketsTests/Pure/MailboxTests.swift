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

    func pausing(at cost: Int, _ resumed: Trace = Trace()) -> Mailbox<Int> {
        Mailbox(bound: .pause(cost: cost)) { resumed.note(1) }
    }

    @Test func handsOutAllThereIsInOrder() async {
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
        let resumed = Trace()
        let mailbox = pausing(at: 4, resumed)
        #expect(!deliver([1, 2, 3], to: mailbox))
        #expect(deliver([4], to: mailbox))
        var elements = mailbox.elements().makeAsyncIterator()
        #expect(await elements.next() == 1)
        #expect(resumed.all.isEmpty)
        // A producer that is still on its way to its pause stays paused.
        #expect(deliver([], to: mailbox) == false)
        #expect(await elements.next() == 2)
        #expect(resumed.all.count == 1)
        #expect(await elements.next() == 3)
        #expect(resumed.all.count == 1)
    }

    @Test func deliveringWhilePausedStaysPaused() async {
        let resumed = Trace()
        let mailbox = pausing(at: 6, resumed)
        #expect(deliver([1, 2, 3, 4, 5, 6], to: mailbox))
        var elements = mailbox.elements().makeAsyncIterator()
        for expected in 1...2 { #expect(await elements.next() == expected) }
        // Below the bound and above half of it: who is paused must be told to resume later, so who
        // delivers now is paused too.
        #expect(deliver([7], to: mailbox))
        #expect(resumed.all.isEmpty)
        for expected in 3...4 { #expect(await elements.next() == expected) }
        #expect(resumed.all.count == 1)
        #expect(!deliver([8], to: mailbox))
    }

    @Test func keepsTheNewest() async {
        let mailbox = Mailbox<Int>(bound: .keepNewest(count: 3), resume: {})
        for number in 1...10 { #expect(!deliver([number], to: mailbox)) }
        #expect(mailbox.counts == (waiting: 3, dropped: 7))
        #expect(!deliver(Array(11...20), to: mailbox))
        mailbox.finish()
        #expect(mailbox.drain() == [18, 19, 20])
        #expect(mailbox.counts.dropped == 17)
    }

    @Test func aWalkGivesBackWhatItHasNotComeTo() async {
        let resumed = Trace()
        let mailbox = pausing(at: 10, resumed)
        #expect(deliver(Array(1...10), to: mailbox))
        for expected in 1...10 {
            for await element in Elements(mailbox) {
                #expect(element == expected)
                break
            }
        }
        #expect(mailbox.counts.waiting == 0)
    }

    @Test func whatIsGivenBackCounts() async {
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

    @Test func finishWakesEveryone() async {
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
        let mailbox = Mailbox<Int>(bound: .pause(cost: 8)) { gate.open() }
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
    }
}
