import ParleyDatagrams
import Testing

@Suite("Frames are cut from a stream")
struct FrameDecoderTests {
    @Test("fed byte by byte", arguments: [LengthPrefix.uint16, .uint32])
    func byteByByte(prefix: LengthPrefix) throws {
        let framing = StreamFraming.lengthPrefixed(prefix)
        let sent = [Datagram(bytes: [1, 2, 3]), Datagram(), Datagram(bytes: [4])]
        var stream = Datagram()
        for datagram in sent { try framing.appendFrame(of: datagram, to: &stream) }
        var decoder = FrameDecoder(framing: framing)
        var received: [Datagram] = []
        for byte in stream.bytes {
            try decoder.receive([byte].span) { received.append($0) }
        }
        #expect(received == sent)
        #expect(!decoder.isMidFrame)
    }
}
