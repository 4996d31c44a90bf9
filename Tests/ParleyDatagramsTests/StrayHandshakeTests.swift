import ParleyDatagrams
import Testing

/// TLS at a port that frames datagrams: the beginning of its stream is told from a frame's.
@Suite struct StrayHandshakeTests {
    /// A record of 512 bytes with a ClientHello (RFC 8446, 5.1 and 4).
    private static let hello: [UInt8] = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]

    private func decoder(after bytes: [UInt8]) throws -> FrameDecoder {
        var decoder = FrameDecoder(framing: .lengthPrefixed(.uint16))
        try decoder.receive(bytes.span) { _ in Issue.record("a datagram") }
        return decoder
    }

    @Test func aClientHelloIsFound() throws {
        #expect(try decoder(after: Self.hello).beginsLikeTLS)
        #expect(try decoder(after: Array(Self.hello.prefix(7))).beginsLikeTLS)
        // Too little to tell.
        for count in 0..<7 {
            #expect(try !decoder(after: Array(Self.hello.prefix(count))).beginsLikeTLS)
        }
    }

    @Test func aFrameOfItsLengthIsNone() throws {
        for (place, byte) in [(0, 23), (1, 4), (2, 9), (3, 0x41), (5, 2), (6, 1)] as [(Int, UInt8)]
        {
            var bytes = Self.hello
            bytes[place] = byte
            #expect(try !decoder(after: bytes).beginsLikeTLS, "byte \(place)")
        }
    }

    @Test func itsBytesAreTakenAsTheyCame() throws {
        var decoder = try decoder(after: Self.hello)
        #expect(decoder.takeUnfinished()?.bytes == Self.hello)
        #expect(decoder.takeUnfinished() == nil && !decoder.isMidFrame)
        // The decoder goes on behind them.
        var datagrams: [[UInt8]] = []
        try decoder.receive([2, 0, 7, 8].span) { datagrams.append($0.bytes) }
        #expect(datagrams == [[7, 8]])
    }
}
