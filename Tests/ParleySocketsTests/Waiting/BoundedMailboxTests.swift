import ParleySockets
import Testing

@Suite(.timeLimit(.minutes(5))) struct BoundedMailboxTests {
    @Test(arguments: [1, 2, 64, 100])
    func everythingArrivesInOrder(capacity: Int) async {
        let mailbox = BoundedMailbox<Int>(capacity: capacity)
        let sender = Task {
            for number in 0..<1_000 {
                guard await mailbox.send(number) else { return false }
            }
            mailbox.finish()
            return true
        }
        var received: [Int] = []
        while let number = await mailbox.next() { received.append(number) }
        #expect(received == Array(0..<1_000))
        #expect(await sender.value)
    }

    @Test func theSenderWaitsAtTheBound() async {
        let mailbox = BoundedMailbox<Int>(capacity: 2)
        #expect(await mailbox.send(1))
        #expect(await mailbox.send(2))
        let third = Task { await mailbox.send(3) }
        #expect(await mailbox.next() == 1)
        #expect(await third.value)
        #expect(mailbox.takeAll() == [2, 3])
        #expect(mailbox.takeAll().isEmpty)
    }

    @Test func takingAllLetsTheSenderGoOn() async {
        let mailbox = BoundedMailbox<Int>(capacity: 1)
        let sender = Task {
            for number in 0..<50 where await !mailbox.send(number) { return }
        }
        var received: [Int] = []
        while received.count < 50 {
            received += mailbox.takeAll()
            await Task.yield()
        }
        #expect(received == Array(0..<50))
        await sender.value
    }

    @Test func finishAndCancelLetBothGo() async {
        let mailbox = BoundedMailbox<Int>(capacity: 1)
        let reader = Task { await mailbox.next() }
        reader.cancel()
        #expect(await reader.value == nil)
        #expect(await mailbox.send(1))
        let blocked = Task { await mailbox.send(2) }
        blocked.cancel()
        #expect(await !blocked.value)
        mailbox.finish()
        #expect(await !mailbox.send(3))
        #expect(await mailbox.next() == 1)
        #expect(await mailbox.next() == nil)
    }
}
