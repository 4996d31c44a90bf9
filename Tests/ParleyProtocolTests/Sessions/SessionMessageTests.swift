import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// The bytes of the session protocol, as `Documentation/Wire.md` has them.
@Suite struct SessionMessageTests {
    private func datagram(_ bytes: [UInt8]) -> Datagram { Datagram(bytes: bytes) }

    @Test func hello() throws {
        let bytes: [UInt8] = [1, 1, 0, 4, 0] + Array("walk".utf8) + [3, 0] + Array("Ann".utf8)
        let hello = ClientHello(game: "walk", name: "Ann")
        #expect(try ClientMessage.hello(encoding: hello).bytes == bytes)
        guard case .hello(let read) = try ClientMessage(datagram(bytes)) else {
            Issue.record("not a hello")
            return
        }
        #expect(read == hello)
    }

    @Test(arguments: [nil, 0x1122_3344_5566_7788] as [UInt64?])
    func resume(schema: UInt64?) throws {
        let resume = SessionResume(
            player: PlayerID(rawValue: 7), token: SessionToken(rawValue: 0x0102_0304_0506_0708),
            attempt: 2, notices: 9, game: "walk", schema: schema)
        let bytes: [UInt8] =
            [4, 1, 0, 7, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 4, 0]
            + Array("walk".utf8)
            + (schema == nil ? [] : [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11])
        #expect(try ClientMessage.resume(encoding: resume).bytes == bytes)
        guard case .resume(let read) = try ClientMessage(datagram(bytes)) else {
            Issue.record("not a resume")
            return
        }
        #expect(read == resume)
    }

    @Test func resumed() throws {
        #expect(ServerMessage.resumed(requests: 258).bytes == [4, 2, 1, 0, 0, 0, 0, 0, 0])
        guard case .resumed(258) = try ServerMessage(datagram([4, 2, 1, 0, 0, 0, 0, 0, 0])) else {
            Issue.record("not a resumed")
            return
        }
    }

    @Test func leaveAndRequest() throws {
        #expect(ClientMessage.leaving.bytes == [3])
        guard case .leave = try ClientMessage(datagram([3])) else {
            Issue.record("not a leave")
            return
        }
        guard case .request(let payload) = try ClientMessage(datagram([2, 9, 8])) else {
            Issue.record("not a request")
            return
        }
        #expect(payload.bytes == [9, 8])
    }

    @Test func welcome() throws {
        let welcome = ServerWelcome(
            player: PlayerID(rawValue: 7), token: SessionToken(rawValue: 0x0102_0304_0506_0708),
            udpPort: 9_100, tickRate: 60, snapshotRate: 20, name: "Ann 2")
        let bytes: [UInt8] =
            [1, 1, 0, 7, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0x8C, 0x23, 60, 0, 20, 0, 5, 0]
            + Array("Ann 2".utf8)
        #expect(try ServerMessage.welcome(encoding: welcome).bytes == bytes)
        guard case .welcome(let read) = try ServerMessage(datagram(bytes)) else {
            Issue.record("not a welcome")
            return
        }
        #expect(read == welcome)
    }

    @Test(arguments: GoodbyeCode.allCases)
    func goodbye(code: GoodbyeCode) throws {
        let goodbye = Goodbye(code: code, text: "è così")
        let sent = ServerMessage.goodbye(encoding: goodbye)
        #expect(sent.bytes == [3, code.rawValue, 8, 0] + Array("è così".utf8))
        guard case .goodbye(let read) = try ServerMessage(sent) else {
            Issue.record("not a goodbye")
            return
        }
        #expect(read == goodbye)
    }

    @Test func aLongGoodbyeIsCutBetweenCharacters() throws {
        let sent = ServerMessage.goodbye(
            encoding: Goodbye(code: .kicked, text: String(repeating: "è", count: 40_000)))
        guard case .goodbye(let read) = try ServerMessage(sent) else {
            Issue.record("not a goodbye")
            return
        }
        #expect(read.text == String(repeating: "è", count: 498) + "…")
    }

    @Test func packets() throws {
        let token = SessionToken(rawValue: 0xFF00_0000_0000_0001)
        let ping = ClientPacket.ping(mark: 5, token: token)
        #expect(ping.bytes == [1, 0, 0, 0, 0, 0, 0, 0xFF, 1, 5, 0, 0, 0])
        let command = try ClientPacket.command(
            encoding: PlayerID(rawValue: 3), sequence: 2, token: token)
        #expect(command.bytes == [1, 0, 0, 0, 0, 0, 0, 0xFF, 2, 2, 0, 0, 0, 3, 0, 0, 0])
        let pong = ServerPacket.pong(encodingMark: 5, tick: Tick(number: 600))
        #expect(pong.bytes == [1, 5, 0, 0, 0, 0x58, 2, 0, 0])
        let snapshot = ServerPacket.snapshot(
            tick: Tick(number: 1), acknowledged: 2, encoded: datagram([9]))
        #expect(snapshot.bytes == [2, 1, 0, 0, 0, 2, 0, 0, 0, 9])
    }

    @Test func packetsComeBack() throws {
        let token = SessionToken(rawValue: .max)
        var reader = ClientPacket.ping(mark: .max, token: token).reader
        let packet = try ClientPacket(from: &reader)
        #expect(packet.token == token)
        #expect(packet.content == .ping(mark: .max))
        let sent = ServerPacket.snapshot(
            tick: Tick(number: 8), acknowledged: 3, encoded: datagram([1, 2]))
        guard
            case .snapshot(let tick, let acknowledged, let payload) = try ServerPacket(sent)
        else {
            Issue.record("not a snapshot")
            return
        }
        #expect(tick.number == 8 && acknowledged == 3 && payload.bytes == [1, 2])
    }

    @Test func theTokenNeverAppearsInADescription() {
        let token = SessionToken(rawValue: 1_234_567_890_123)
        let welcome = ServerWelcome(
            player: PlayerID(rawValue: 1), token: token, udpPort: 1, tickRate: 1, snapshotRate: 1,
            name: "x")
        var dumped = ""
        dump(welcome, to: &dumped)
        for text in ["\(token)", String(reflecting: token), "\(welcome)", dumped] {
            #expect(!text.contains("1234567890123"))
        }
    }

    @Test(
        arguments: [
            [], [0], [4], [255, 1, 2], [1], [1, 1], [1, 1, 0, 255, 255, 65], [3, 0],
            [1, 1, 0, 1, 0, 0xFF, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func noClientMessage(bytes: [UInt8]) {
        #expect(throws: DatagramError.self) { try ClientMessage(datagram(bytes)) }
    }

    @Test(
        arguments: [
            [], [0], [4], [1, 1, 0], [3], [3, 0], [3, 7, 0, 0], [3, 0, 9, 0, 65], [3, 0, 0, 0, 0],
        ] as [[UInt8]])
    func noServerMessage(bytes: [UInt8]) {
        #expect(throws: DatagramError.self) { try ServerMessage(datagram(bytes)) }
    }

    /// Anything at all either reads or throws, in all four decoders.
    @Test(arguments: UInt64(0)..<20)
    func noiseNeverTraps(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...48, using: &random)
            let bytes = (0..<count).map { index in
                index == 0 || index == 8
                    ? UInt8.random(in: 0...4, using: &random)
                    : UInt8.random(in: .min ... .max, using: &random)
            }
            let noise = datagram(bytes)
            _ = try? ClientMessage(noise)
            _ = try? ServerMessage(noise)
            var reader = noise.reader
            _ = try? ClientPacket(from: &reader)
            _ = try? ServerPacket(noise)
        }
    }

    @Test func mismatchesNameBothSides() {
        let game = ClientHello(game: "chess\u{1B}[2J", name: "x").mismatch(
            with: "walk", schema: nil)
        #expect(game == "this server plays \"walk\", the client \"chess\\u{1B}[2J\"")
        let version = ClientHello(version: 9, game: "walk", name: "x").mismatch(
            with: "walk", schema: nil)
        #expect(version == "this server speaks session protocol 1, the client 9")
        #expect(ClientHello(game: "walk", name: "x").mismatch(with: "walk", schema: nil) == nil)
    }
}
