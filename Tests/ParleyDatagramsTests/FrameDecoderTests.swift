import ParleyDatagrams
import ParleySockets
import TestSupport
import Testing

@Suite("Frames are cut from a stream")
struct FrameDecoderTests {
    private static func stream(
        _ sent: [Datagram], _ framing: StreamFraming
    ) throws -> [UInt8] {
        var stream = Datagram()
        for datagram in sent { try framing.appendFrame(of: datagram, to: &stream) }
        return stream.bytes
    }

    @Test("fed byte by byte", arguments: LengthPrefix.allCases)
    func byteByByte(prefix: LengthPrefix) throws {
        let framing = StreamFraming.lengthPrefixed(prefix)
        let sent = [Datagram(bytes: [1, 2, 3]), Datagram(), Datagram(bytes: [4])]
        var decoder = FrameDecoder(framing: framing)
        var received: [Datagram] = []
        for byte in try Self.stream(sent, framing) {
            try decoder.receive([byte].span) { received.append($0) }
        }
        #expect(received == sent)
        #expect(!decoder.isMidFrame)
    }

    @Test("in random pieces, some datagrams kept, some not", arguments: 0..<40)
    func randomPieces(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let framing = StreamFraming.lengthPrefixed(seed.isMultiple(of: 2) ? .uint16 : .uint32)
        let sent = (0..<60).map { _ in
            let longest = [0, 3, 200, 9_000].randomElement(using: &random) ?? 0
            return Datagram(bytes: random.bytes(Int.random(in: 0...longest, using: &random)))
        }
        let bytes = try Self.stream(sent, framing)
        var decoder = FrameDecoder(framing: framing, maximumFrameLength: 9_000)
        var kept: [Int: Datagram] = [:]
        var position = 0
        var number = 0
        while position < bytes.count {
            let end = min(position + Int.random(in: 0...4_000, using: &random), bytes.count)
            try decoder.receive(Array(bytes[position..<end]).span) { datagram in
                #expect(datagram == sent[number])
                if Bool.random(using: &random) { kept[number] = datagram }
                number += 1
            }
            position = end
            if Int.random(in: 0..<5, using: &random) == 0 { kept = [:] }
            #expect(kept.allSatisfy { $0.value == sent[$0.key] }, "seed \(seed)")
        }
        #expect(number == sent.count)
        #expect(decoder.bufferedCount == 0)
    }

    @Test("tells the length of the unfinished frame")
    func questions() throws {
        var decoder = FrameDecoder(framing: .lengthPrefixed(.uint32))
        #expect(!decoder.isMidFrame)
        try decoder.receive([5, 0].span) { _ in }
        #expect(decoder.isMidFrame && decoder.expectedCount == nil && decoder.bufferedCount == 2)
        try decoder.receive([0, 0, 9].span) { _ in }
        #expect(decoder.expectedCount == 5 && decoder.bufferedCount == 5)
        try decoder.receive([1, 2, 3, 4].span) { #expect($0.bytes == [9, 1, 2, 3, 4]) }
        #expect(!decoder.isMidFrame && decoder.expectedCount == nil)
    }

    @Test(
        "a length over the limit is an error for good, after the datagrams before it",
        arguments: [0x8000_0000, 0xFFFF_FFFF, 1_001] as [UInt32])
    func overTheLimit(length: UInt32) throws {
        var decoder = FrameDecoder(framing: .lengthPrefixed(.uint32), maximumFrameLength: 1_000)
        let stream = Datagram {
            $0.append(UInt32(1))
            $0.append(UInt8(42))
            $0.append(length)
            $0.append(UInt32(0))
        }
        var received: [Datagram] = []
        let error = FramingError.frameTooLong(announced: Int(length), limit: 1_000)
        #expect(throws: error) { try decoder.receive(stream.bytes.span) { received.append($0) } }
        #expect(received.map(\.bytes) == [[42]])
        #expect(decoder.failure == error)
        #expect(throws: error) { try decoder.receive([0].span) { received.append($0) } }
        #expect(received.count == 1)
    }

    @Test("a length at the limit is accepted")
    func atTheLimit() throws {
        var decoder = FrameDecoder(framing: .lengthPrefixed(.uint16), maximumFrameLength: 3)
        var received: [Datagram] = []
        try decoder.receive([3, 0, 1, 2, 3].span) { received.append($0) }
        #expect(received.map(\.bytes) == [[1, 2, 3]])
    }

    @Test("raw mode passes the bytes on, piece by piece")
    func rawMode() throws {
        var decoder = FrameDecoder(framing: .raw)
        var received: [Datagram] = []
        try decoder.receive([1, 2].span) { received.append($0) }
        let nothing: [UInt8] = []
        try decoder.receive(nothing.span) { received.append($0) }
        try decoder.receive([3].span) { received.append($0) }
        #expect(received.map(\.bytes) == [[1, 2], [3]])
        #expect(!decoder.isMidFrame)
    }

    @Test("a datagram that is kept is not overwritten by later bytes")
    func keptDatagrams() throws {
        var decoder = FrameDecoder(framing: .lengthPrefixed(.uint16))
        var kept: Datagram?
        try decoder.receive([2, 0, 1, 2].span) { kept = $0 }
        try decoder.receive([2, 0, 8, 9].span) { _ in }
        #expect(kept?.bytes == [1, 2])
    }

    @Test("garbage ends in an error or in datagrams, never in a trap", arguments: 0..<50)
    func garbage(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let framing = StreamFraming.lengthPrefixed(seed.isMultiple(of: 2) ? .uint16 : .uint32)
        var decoder = FrameDecoder(framing: framing, maximumFrameLength: 2_000)
        for _ in 0..<50 {
            let piece = random.bytes(Int.random(in: 0...300, using: &random))
            try? decoder.receive(piece.span) { _ in }
            #expect(decoder.bufferedCount <= 2_000 + 4, "seed \(seed)")
        }
    }

    @Test("memory is used again when no datagram refers to it")
    func reuse() throws {
        var decoder = FrameDecoder(framing: .lengthPrefixed(.uint16))
        var addresses: Set<UnsafeRawPointer?> = []
        for _ in 0..<10 {
            try decoder.receive([2, 0, 1, 2].span) {
                addresses.insert($0.withUnsafeBytes(\.baseAddress))
            }
        }
        #expect(addresses.count == 1)
    }

    @Test("small frames behind a large one, always cut in the middle")
    func smallAfterLarge() throws {
        let framing = StreamFraming.lengthPrefixed(.uint32)
        let large = Datagram(bytes: [UInt8](repeating: 5, count: 900_000))
        let small = Datagram(bytes: [1, 2, 3, 4])
        let sent = [large] + Array(repeating: small, count: 20)
        let bytes = try Self.stream(sent, framing)
        var decoder = FrameDecoder(framing: framing)
        var received: [Int] = []
        var capacity = 0
        var position = 0
        while position < bytes.count {
            let end = position < 900_006 ? 900_006 : min(position + 8, bytes.count)
            try decoder.receive(Array(bytes[position..<end]).span) {
                received.append($0.count)
                capacity = $0.capacity
            }
            position = end
        }
        #expect(received == sent.map(\.count))
        #expect(capacity < 10_000, "the large block was kept")
    }
}
