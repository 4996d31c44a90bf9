import ParleyDatagrams
import ParleyProtocol
import Testing

/// The header, packet numbers, and the numbers of sessions.
@Suite struct PacketHeaderTests {
    private func header(_ bytes: [UInt8]) throws(PacketDrop) -> PacketHeader {
        try PacketHeader(Datagram(bytes: bytes))
    }

    @Test func goldenBytes() throws {
        let header = PacketHeader(
            session: SessionNumber(slot: 0x12345, generation: 0x678), epoch: 7,
            number: 0xFF_00AB_CDEF)
        let bytes = Datagram { header.encode(into: &$0) }.bytes
        #expect(bytes == [0x1C, 0x45, 0x23, 0x81, 0x67, 0xEF, 0xCD, 0xAB])
        let again = try self.header(bytes)
        #expect(again == header)
        #expect(again.epochBits == 3)
        #expect(again.session.slot == 0x12345)
        #expect(again.session.generation == 0x678)
        #expect(again.session.description == "74565.1656")
    }

    @Test func everyOtherFirstByteIsRefused() {
        for first: UInt8 in 0...255 {
            let bytes = [first] + [UInt8](repeating: 0, count: 7)
            if first >> 4 == 1, first & 3 == 0 {
                #expect(throws: Never.self) { try header(bytes) }
            } else {
                #expect(throws: PacketDrop.foreignHeader) { try header(bytes) }
            }
        }
    }

    @Test func shortPacketsAreRefused() {
        for count in 0..<8 {
            #expect(throws: PacketDrop.tooShort) {
                try header(Array([0x10, 0, 0, 0, 0, 0, 0, 0].prefix(count)))
            }
        }
    }

    /// RFC 9000, appendix A.3, and the ends of the range.
    @Test func numbersAreReconstructed() {
        #expect(PacketNumber.expand(0, after: nil) == 0)
        #expect(PacketNumber.expand(0x2F_9B32, after: 0xA82F_30EA) == 0xA82F_9B32)
        for highest: UInt64 in [
            0, 5, 1 << 23, 1 << 24 - 1, 1 << 24, 1 << 40, PacketNumber.limit - 1,
        ] {
            for offset: Int64 in [-1 << 23 + 2, -1_000, -1, 0, 1, 2, 1_000, 1 << 22, 1 << 23] {
                let number = Int64(highest) + offset
                guard number >= 0, number < Int64(PacketNumber.limit) else { continue }
                let low = UInt32(truncatingIfNeeded: number) & 0xFF_FFFF
                #expect(
                    PacketNumber.expand(low, after: highest) == UInt64(number),
                    "\(number) after \(highest)")
            }
        }
        for low: UInt32 in [0, 1, 0xFF_FFFF, .max] {
            for highest: UInt64 in [0, PacketNumber.limit, .max] {
                let number = PacketNumber.expand(low, after: highest)
                #expect(number & 0xFF_FFFF == UInt64(low & 0xFF_FFFF))
            }
        }
    }

    @Test func slotsAreReusedFirstInFirstOut() throws {
        var slots = SessionSlots(capacity: 3, start: 0x0001_0FFF)
        var all: [SessionNumber] = []
        while let number = slots.take() { all.append(number) }
        #expect(all.map(\.slot) == [1, 2, 0])
        #expect(all.allSatisfy { $0.generation == 0xFFF })
        let released = all.reversed().map { slots.release($0) }
        #expect(released == [true, true, true])
        let again = slots.release(all[0])
        #expect(!again)
        #expect(slots.slot(of: all[0]) == nil)
        let second = [slots.take(), slots.take(), slots.take()]
        #expect(second.map { $0?.slot } == [0, 2, 1])
        #expect(second.allSatisfy { $0?.generation == 0 })
        let last = slots.take()
        #expect(last == nil)
        #expect(slots.slot(of: all[0]) == nil)
        #expect(slots.slot(of: try #require(second[1])) == 2)
        #expect(slots.slot(of: SessionNumber(rawValue: .max)) == nil)
    }

    @Test func aSessionsStateIsSmall() {
        #expect(MemoryLayout<SessionPackets>.size < 1_024)
    }
}
