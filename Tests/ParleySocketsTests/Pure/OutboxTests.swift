import ParleyDatagrams
import Testing

@testable import ParleySockets

@Suite(.timeLimit(.minutes(5)))
struct OutboxTests {
    let datagram = Datagram(bytes: [1, 2, 3])

    @Test func asksForOneFlushAndTakesAll() throws {
        let outbox = StreamOutbox(highWatermark: 100)
        guard case .queuedFirst = try outbox.append(datagram, framing: .raw),
            case .queued = try outbox.append(datagram, framing: .lengthPrefixed(.uint16))
        else {
            Issue.record("the first one alone asks for a flush")
            return
        }
        var taken = Datagram()
        outbox.take(into: &taken)
        #expect(taken.bytes == [1, 2, 3, 3, 0, 1, 2, 3])
        #expect(outbox.counts.waiting == 8)
        outbox.wrote(8)
        #expect(outbox.counts.waiting == 0)
        guard case .queuedFirst = try outbox.append(datagram, framing: .raw) else {
            Issue.record("after a flush the next one asks again")
            return
        }
    }

    @Test func resumesSendersAtHalfTheWatermark() throws {
        let outbox = StreamOutbox(highWatermark: 6)
        _ = try outbox.append(datagram, framing: .raw)
        _ = try outbox.append(datagram, framing: .raw)
        guard case .full(let room) = try outbox.append(datagram, framing: .raw) else {
            Issue.record("it is full")
            return
        }
        outbox.wrote(2)
        #expect(room.current == nil)
        outbox.wrote(1)
        #expect(room.current != nil)
    }

    @Test func flushesReturnWhenTheirBytesAreWritten() throws {
        let outbox = StreamOutbox(highWatermark: 100)
        #expect(outbox.flushed().current == .some(nil))
        _ = try outbox.append(datagram, framing: .raw)
        let first = outbox.flushed()
        _ = try outbox.append(datagram, framing: .raw)
        let second = outbox.flushed()
        outbox.wrote(3)
        #expect(first.current == .some(nil) && second.current == nil)
        outbox.abandon(with: .closed(.reset))
        #expect(second.current == .some(.closed(.reset)))
        #expect(first.current == .some(nil))
        #expect(outbox.flushed().current == .some(.closed(.reset)))
        #expect(throws: SendError.closed(.reset)) { try outbox.append(datagram, framing: .raw) }
    }

    @Test func aWatermarkOfZeroAdmitsOneDatagram() throws {
        let outbox = StreamOutbox(highWatermark: 0)
        guard case .queuedFirst = try outbox.append(datagram, framing: .raw) else {
            Issue.record("an empty queue has room")
            return
        }
        let packets = PacketOutbox(watermark: 0)
        guard
            case .queuedFirst = try packets.append(
                datagram, to: .loopback(port: 1), framing: .raw)
        else {
            Issue.record("an empty queue has room")
            return
        }
    }

    @Test func anOverlongDatagramChangesNothing() throws {
        let outbox = StreamOutbox(highWatermark: 100)
        let long = Datagram(bytes: [UInt8](repeating: 0, count: 65_536))
        #expect(throws: SendError.tooLong(count: 65_536, limit: 65_535)) {
            try outbox.append(long, framing: .lengthPrefixed(.uint16))
        }
        #expect(outbox.counts.waiting == 0 && outbox.counts.datagrams == 0)
        let packets = PacketOutbox(watermark: 1 << 20)
        #expect(throws: SendError.tooLong(count: 65_506, limit: 65_505)) {
            try packets.append(
                Datagram(bytes: [UInt8](repeating: 0, count: 65_506)), to: .loopback(port: 1),
                framing: .checksummed)
        }
    }
}
