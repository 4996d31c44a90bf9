import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

@Suite struct ResendTailTests {
    private func message(_ number: Int, bytes: Int = 0) -> Datagram {
        Datagram {
            $0.append(UInt32(number))
            $0.appendPadding(bytes)
        }
    }

    private func numbers(_ messages: ArraySlice<Datagram>?) throws -> [Int]? {
        try messages?.map { datagram in
            var reader = datagram.reader
            return Int(try reader.read(UInt32.self))
        }
    }

    @Test func resendsWhatTheOtherSideHasNotReceived() throws {
        var tail = ResendTail(maximumBytes: 1_000)
        for number in 1...5 { tail.append(message(number)) }
        #expect(tail.count == 5)
        #expect(try numbers(tail.messages(after: 5)) == [])
        #expect(try numbers(tail.messages(after: 2)) == [3, 4, 5])
        #expect(try numbers(tail.messages(after: 0)) == [1, 2, 3, 4, 5])
        #expect(tail.messages(after: 6) == nil)
        #expect(tail.messages(after: .max) == nil)
    }

    @Test func theOldestGoAndTheNewestStays() throws {
        let cost = 4 + ResendTail.messageOverhead
        var tail = ResendTail(maximumBytes: 3 * cost)
        for number in 1...1_000 { tail.append(message(number)) }
        #expect(try numbers(tail.messages(after: 997)) == [998, 999, 1_000])
        #expect(tail.messages(after: 996) == nil)
        tail.append(message(1_001, bytes: 5_000))
        #expect(try numbers(tail.messages(after: 1_000)) == [1_001])
        #expect(tail.messages(after: 999) == nil)
    }

    @Test func queuedMessagesReplaceNoSentOnes() throws {
        let cost = 4 + ResendTail.messageOverhead
        var tail = ResendTail(maximumBytes: 2 * cost)
        tail.append(message(1))
        tail.append(message(2))
        let held = (3...5).map { tail.queue(message($0)) }
        #expect(held == [true, true, false])
        #expect(tail.count == 4)
        #expect(try numbers(tail.messages(after: 0)) == [1, 2, 3, 4])
        // A message that was never sent cannot have been received.
        #expect(tail.messages(after: 3) == nil)
        tail.release()
        #expect(try numbers(tail.messages(after: 3)) == [4])
        #expect(tail.messages(after: 1) == nil)
        let hasRoomAgain = tail.queue(message(5))
        #expect(hasRoomAgain)
    }

    @Test func aTailWithoutMemoryOnlyCounts() {
        var tail = ResendTail(maximumBytes: 0)
        tail.append(message(1))
        #expect(tail.count == 1)
        #expect(tail.messages(after: 0) == nil)
        #expect(tail.messages(after: 1)?.isEmpty == true)
        let isHeld = tail.queue(message(2))
        #expect(!isHeld)
    }

    /// Two sides over connections that repeatedly lose the last messages in transit.
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func nothingIsLostOrDoubled(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var tail = ResendTail(maximumBytes: Int.random(in: 100...2_000, using: &random))
        var received: [Int] = []
        var sent = 0
        for _ in 0..<40 {
            guard let again = try numbers(tail.messages(after: UInt64(received.count))) else {
                // Too much was under way when the connection broke, and the session is over.
                break
            }
            var underWay = again
            tail.release()
            for _ in 0..<Int.random(in: 0...20, using: &random) {
                sent += 1
                tail.append(message(sent, bytes: Int.random(in: 0...30, using: &random)))
                underWay.append(sent)
            }
            received += underWay.prefix(Int.random(in: 0...underWay.count, using: &random))
            #expect(received == (0..<received.count).map { $0 + 1 })
            for _ in 0..<Int.random(in: 0...4, using: &random) where tail.queue(message(sent + 1)) {
                sent += 1
            }
            #expect(tail.count == UInt64(sent))
        }
    }
}
