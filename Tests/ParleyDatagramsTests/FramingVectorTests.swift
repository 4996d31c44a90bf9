import ParleyDatagrams
import TestSupport
import Testing

@Suite("Frames are byte for byte those of Panda3D")
struct FramingVectorTests {
    static let streams: [String: StreamFraming] = [
        "tcp0": .raw, "tcpraw": .raw, "tcp2": .lengthPrefixed(.uint16),
        "tcp4": .lengthPrefixed(.uint32),
    ]
    static let packets: [String: DatagramFraming] = ["udp": .checksummed, "udpraw": .raw]

    @Test(
        "TCP frames, both ways",
        arguments: GoldenVector.all.filter { streams[$0.frame ?? ""] != nil })
    func tcpFrames(vector: GoldenVector) throws {
        let framing = try #require(Self.streams[vector.frame ?? ""])
        var decoder = FrameDecoder(framing: framing)
        var received: [Datagram] = []
        try decoder.receive(vector.bytes.span) { received.append($0) }
        #expect(received.count == 1)
        #expect(!decoder.isMidFrame)
        let payload = try #require(received.first)
        if let expected = vector.payload { #expect(payload.bytes == [UInt8](hex: expected)) }
        var sent = Datagram()
        try framing.appendFrame(of: payload, to: &sent)
        #expect(sent.bytes == vector.bytes)
    }

    @Test(
        "UDP packets, both ways",
        arguments: GoldenVector.all.filter { packets[$0.frame ?? ""] != nil })
    func udpPackets(vector: GoldenVector) throws {
        let framing = try #require(Self.packets[vector.frame ?? ""])
        let payload = Datagram(bytes: [UInt8](hex: try #require(vector.payload)))
        #expect(framing.seal(payload).bytes == vector.bytes)
        #expect(try framing.open(vector.datagram) == payload)
    }

    @Test("the sum of many large bytes wraps at 16 bits")
    func wrappingSum() throws {
        let vector = try GoldenVector.named("udp_sum_300xff")
        let payload = Datagram(bytes: [UInt8](repeating: 0xFF, count: 300))
        let packet = DatagramFraming.checksummed.seal(payload)
        #expect(packet.count == vector.total_length)
        #expect(packet.slice(..<8).bytes == vector.bytes)
        #expect(try DatagramFraming.checksummed.open(packet) == payload)
        #expect(DatagramFraming.checksum(of: [UInt8](repeating: 255, count: 258).span) == 0x00FE)
    }

    @Test("the longest frame of two bytes")
    func longestFrame() throws {
        let vector = try GoldenVector.named("tcp2_max65535")
        let payload = Datagram(bytes: [UInt8](repeating: 1, count: 65_535))
        let framing = StreamFraming.lengthPrefixed(.uint16)
        var sent = Datagram()
        try framing.appendFrame(of: payload, to: &sent)
        #expect(sent.count == vector.total_length)
        #expect(sent.slice(..<8).bytes == vector.bytes)
        let tooLong = Datagram(bytes: [UInt8](repeating: 1, count: 65_536))
        #expect(throws: FramingError.payloadTooLong(count: 65_536, maximum: 65_535)) {
            try framing.appendFrame(of: tooLong, to: &sent)
        }
        #expect(sent.count == vector.total_length)
    }

    @Test("packets of other protocols are refused with a reason")
    func refusals() {
        let framing = DatagramFraming.checksummed
        typealias Rejection = DatagramFraming.Rejection
        #expect(throws: Rejection.tooShort(count: 0)) { try framing.open(Datagram()) }
        #expect(throws: Rejection.tooShort(count: 1)) { try framing.open(Datagram(bytes: [0])) }
        #expect(throws: Rejection.wrongChecksum(expected: 3, found: 4)) {
            try framing.open(Datagram(bytes: [4, 0, 1, 2]))
        }
        #expect(throws: Never.self) { try framing.open(Datagram(bytes: [0, 0])) }
    }
}
