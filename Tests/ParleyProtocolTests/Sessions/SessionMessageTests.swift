import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// The bytes of the session protocol, as `Documentation/Wire.md` has them.
@Suite struct SessionMessageTests {
    private func datagram(_ bytes: [UInt8]) -> Datagram { Datagram(bytes: bytes) }

    /// 32 bytes from 0 on.
    private static let randomBytes = [UInt8](0..<32)
    /// 16 bytes from 100 on.
    private static let secretBytes = [UInt8](100..<116)

    private func random() throws -> SessionRandom {
        try #require(SessionRandom(Self.randomBytes))
    }

    private func secret() throws -> ResumeSecret { try datagram(Self.secretBytes).decoded() }

    @Test(arguments: [[], [9, 8]] as [[UInt8]], [nil, 0x1122_3344_5566_7788] as [UInt64?])
    func hello(ticket: [UInt8], schema: UInt64?) throws {
        let join: [UInt8] = ticket.isEmpty ? [] : [7, 6, 5]
        let secret = ticket.isEmpty ? nil : PresentedSecret(Self.secretBytes)
        let bytes: [UInt8] =
            [1, 2, 0, 4, 0] + Array("walk".utf8) + [3, 0] + Array("Ann".utf8) + Self.randomBytes
            + (secret == nil ? [0] : [1] + Self.secretBytes)
            + [UInt8(ticket.count), 0] + ticket + [UInt8(join.count), 0] + join
            + schemaBytes(schema)
        let hello = ClientHello(
            game: "walk", name: "Ann", random: try random(), secret: secret,
            ticket: datagram(ticket),
            join: datagram(join), schema: schema)
        #expect(try ClientMessage.hello(encoding: hello).bytes == bytes)
        guard case .hello(let read) = try ClientMessage(datagram(bytes)) else {
            Issue.record("not a hello")
            return
        }
        #expect(read == hello)
    }

    private func schemaBytes(_ schema: UInt64?) -> [UInt8] {
        schema == nil ? [] : [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]
    }

    @Test(arguments: [nil, 0x1122_3344_5566_7788] as [UInt64?])
    func resume(schema: UInt64?) throws {
        let resume = SessionResume(
            player: PlayerID(rawValue: 7), secret: try secret(), attempt: 2, notices: 9,
            random: try random(), game: "walk", schema: schema)
        let bytes: [UInt8] =
            [4, 2, 0, 7, 0, 0, 0] + Self.secretBytes + [2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]
            + Self.randomBytes + [4, 0] + Array("walk".utf8) + schemaBytes(schema)
        #expect(try ClientMessage.resume(encoding: resume).bytes == bytes)
        guard case .resume(let read) = try ClientMessage(datagram(bytes)) else {
            Issue.record("not a resume")
            return
        }
        #expect(read == resume)
    }

    @Test func resumed() throws {
        let resumed = SessionResumed(
            requests: 258, random: try random(), base: BaseEpochs(toServer: 5, toClient: 6),
            secret: try secret())
        let bytes: [UInt8] =
            [4, 2, 1, 0, 0, 0, 0, 0, 0] + Self.randomBytes + [5, 0, 0, 0, 6, 0, 0, 0]
            + Self.secretBytes
        #expect(ServerMessage.resumed(encoding: resumed).bytes == bytes)
        guard case .resumed(let read) = try ServerMessage(datagram(bytes)) else {
            Issue.record("not a resumed")
            return
        }
        #expect(read == resumed)
    }

    /// A packet of the tunnel is the rest of its message.
    @Test func tunnel() throws {
        #expect(ClientMessage.packetKind == 5 && ServerMessage.packetKind == 5)
        guard case .packet(let fromClient) = try ClientMessage(datagram([5, 1, 2])),
            case .packet(let fromServer) = try ServerMessage(datagram([5, 3]))
        else {
            Issue.record("not a packet")
            return
        }
        #expect(fromClient.bytes == [1, 2] && fromServer.bytes == [3])
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
            player: PlayerID(rawValue: 7), session: SessionNumber(rawValue: 0x0102_0304),
            random: try random(), cipher: 2, secret: try secret(), udpPort: 9_100, tickRate: 60,
            snapshotRate: 20, name: "Ann 2")
        let bytes: [UInt8] =
            [1, 2, 0, 7, 0, 0, 0, 4, 3, 2, 1] + Self.randomBytes + [2] + Self.secretBytes
            + [0x8C, 0x23, 60, 0, 20, 0, 5, 0] + Array("Ann 2".utf8)
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

    @Test func payloads() throws {
        let command = try ClientPayload.command(encoding: PlayerID(rawValue: 3), sequence: 2)
        #expect(command.bytes == [2, 0, 0, 0, 3, 0, 0, 0])
        var snapshot = Datagram()
        ServerPayload.appendSnapshot(
            tick: Tick(number: 600), acknowledged: 2, encoded: datagram([9]), to: &snapshot)
        #expect(snapshot.bytes == [0x58, 2, 0, 0, 2, 0, 0, 0, 9])
        let read = try ServerPayload(.init(kind: .snapshot, bytes: snapshot))
        guard case .snapshot(let tick, let acknowledged, let payload)? = read else {
            Issue.record("not a snapshot")
            return
        }
        #expect(tick.number == 600 && acknowledged == 2 && payload.bytes == [9])
        #expect(try ServerPayload(.init(kind: .command, bytes: command)) == nil)
        #expect(throws: DatagramError.self) {
            try ServerPayload(.init(kind: .snapshot, bytes: datagram([1, 2, 3, 4, 5, 6, 7])))
        }
    }

    @Test func secretsNeverAppearInADescription() throws {
        let (random, secret) = (try random(), try secret())
        let welcome = ServerWelcome(
            player: PlayerID(rawValue: 1), session: SessionNumber(rawValue: 1), random: random,
            cipher: 1, secret: secret, udpPort: 1, tickRate: 1, snapshotRate: 1, name: "x")
        let presented = try #require(PresentedSecret([UInt8](0..<16).map { $0 + 16 }))
        let hello = ClientHello(game: "", name: "", random: random, secret: presented)
        var dumped = ""
        dump(welcome, to: &dumped)
        dump(hello, to: &dumped)
        for text in [
            "\(random)", "\(secret)", String(reflecting: random), String(reflecting: secret),
            "\(welcome)", "\(hello)", "\(presented)", String(reflecting: presented), dumped,
        ] {
            #expect(!text.contains("29, 30, 31") && !text.contains("- 31"))
            // The words of the secret, as a default mirror would show them.
            let words = datagram(Self.secretBytes).reader
            var reader = words
            for _ in 0..<2 { #expect(!text.contains("\(try reader.read(UInt64.self))")) }
        }
    }

    /// Guesses are compared as a whole.
    @Test func everyBitOfASecretCounts() throws {
        let secret = try secret()
        for bit in 0..<128 {
            var bytes = Self.secretBytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try datagram(bytes).decoded(ResumeSecret.self) != secret)
        }
    }

    @Test(
        arguments: [
            [], [0], [4], [6], [255, 1, 2], [1], [1, 2], [1, 2, 0, 255, 255, 65], [3, 0],
            [1, 2, 0, 1, 0, 0xFF, 0, 0], [1, 2, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func noClientMessage(bytes: [UInt8]) {
        #expect(throws: DatagramError.self) { try ClientMessage(datagram(bytes)) }
    }

    @Test(
        arguments: [
            [], [0], [4], [6], [1, 2, 0], [3], [3, 0], [3, 7, 0, 0], [3, 0, 9, 0, 65],
            [3, 0, 0, 0, 0],
        ] as [[UInt8]])
    func noServerMessage(bytes: [UInt8]) {
        #expect(throws: DatagramError.self) { try ServerMessage(datagram(bytes)) }
    }

    /// Anything at all either reads or throws, in all decoders.
    @Test(arguments: UInt64(0)..<20)
    func noiseNeverTraps(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...48, using: &random)
            let bytes = (0..<count).map { index in
                index == 0 || index == 8
                    ? UInt8.random(in: 0...9, using: &random)
                    : UInt8.random(in: .min ... .max, using: &random)
            }
            let noise = datagram(bytes)
            _ = try? ClientMessage(noise)
            _ = try? ServerMessage(noise)
            _ = try? PacketHeader(noise)
            for end in SessionEnd.allCases {
                guard let payload = try? PacketFrames(noise, from: end).payload else { continue }
                _ = try? ServerPayload(payload)
                var reader = payload.bytes.reader
                _ = try? ClientPayload.readAcknowledgement(from: &reader)
            }
        }
    }

    @Test func mismatchesNameBothSides() throws {
        let random = try random()
        let other = ClientHello(game: "chess\u{1B}[2J", name: "x", random: random)
        #expect(
            other.mismatch(with: "walk", schema: nil)
                == "this server plays \"walk\", the client \"chess\\u{1B}[2J\"")
        let same = ClientHello(game: "walk", name: "x", random: random)
        #expect(same.mismatch(with: "walk", schema: nil) == nil)
    }

    /// The fields of other versions are unknown, so the version alone is read.
    @Test(arguments: [1, 4] as [UInt8])
    func anotherVersionIsNotRead(kind: UInt8) {
        let message = datagram([kind, 9, 0, 1, 2, 3])
        #expect(ClientMessage.version(of: message) == 9)
        #expect(throws: DatagramError.self) { try ClientMessage(message) }
        #expect(ClientMessage.version(of: datagram([2, 9, 0])) == nil)
        #expect(ClientMessage.version(of: datagram([kind, 9])) == nil)
    }
}
