import ParleyDatagrams
import ParleyProtocol
import Testing

/// The sealed part of a packet.
@Suite struct PacketFrameTests {
    private func frames(_ bytes: [UInt8], from end: SessionEnd) throws -> PacketFrames {
        try PacketFrames(Datagram(bytes: bytes), from: end)
    }

    private static let client: [UInt8] = [
        5, 4, 3, 2, 1, 0xFF, 0, 0, 0, 0, 0, 0, 0x80,
        1, 9, 0, 0, 0,
        3, 1, 2, 3, 4, 5, 6, 7, 8,
        4, 8, 7, 6, 5, 4, 3, 2, 1,
        0, 0, 0,
        6, 0xAA, 0, 5,
    ]

    @Test func goldenBytes() throws {
        let frames = try frames(Self.client, from: .client)
        #expect(
            frames.control.acknowledgement
                == PacketAcknowledgement(newest: 0x0102_0304, history: 0x8000_0000_0000_00FF))
        #expect(frames.control.ping == 9)
        #expect(frames.control.challenge == 0x0807_0605_0403_0201)
        #expect(frames.control.response == 0x0102_0304_0506_0708)
        #expect(frames.payload?.kind == .command)
        #expect(frames.payload?.bytes.bytes == [0xAA, 0, 5])
        #expect(frames.asksForAcknowledgement)
        let again = Datagram { frames.control.encode(into: &$0) }
        #expect(again.bytes == Array(Self.client[..<36]))
        #expect(frames.control.byteCount == 36)
        var pong = ControlFrames()
        pong.pong = ControlFrames.Pong(mark: 7, tick: Tick(number: 8))
        #expect(Datagram { pong.encode(into: &$0) }.bytes == [2, 7, 0, 0, 0, 8, 0, 0, 0])
        #expect(pong.byteCount == 9)
    }

    @Test func everyTruncationThatCutsAFrameIsRefused() {
        let ends = [13, 18, 27, 36, 37, 38, 39, 40, 41, 42, 43]
        for count in 0...Self.client.count {
            let bytes = Array(Self.client[..<count])
            let isWhole = (try? frames(bytes, from: .client)) != nil
            #expect(isWhole == ends.contains(count), "\(count) bytes")
        }
    }

    @Test func framesOfTheOtherEndAreRefused() {
        let sizes: [PacketFrameKind: Int] = [
            .padding: 0, .ping: 4, .pong: 8, .challenge: 8, .response: 8, .acknowledgement: 12,
            .command: 3, .input: 3, .snapshot: 3, .worldSnapshot: 3,
        ]
        for (kind, size) in sizes {
            let bytes = [kind.rawValue] + [UInt8](repeating: 1, count: size)
            for end in SessionEnd.allCases {
                let isRead = (try? frames(bytes, from: end)) != nil
                #expect(isRead == kind.isSent(by: end), "\(kind) of a \(end)")
            }
        }
        for kind: UInt8 in 10...255 {
            #expect(throws: DatagramError.self) { try frames([kind], from: .client) }
        }
    }

    /// One packet cannot ask for a hundred answers.
    @Test func aSecondFrameOfAKindIsRefused() {
        let ping: [UInt8] = [1, 0, 0, 0, 0]
        let challenge = [UInt8](repeating: 3, count: 9)
        for bytes in [ping + ping, challenge + challenge] {
            #expect(throws: DatagramError.self) { try frames(bytes, from: .client) }
        }
    }

    @Test func acknowledgementsAskForNone() throws {
        let bytes: [UInt8] = [5] + [UInt8](repeating: 0, count: 12) + [0, 0]
        #expect(try !frames(bytes, from: .server).asksForAcknowledgement)
    }
}
