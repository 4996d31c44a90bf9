import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestSupport

extension FuzzTarget {
    /// Clients' messages over TCP.
    static let clientMessages = FuzzTarget("client-messages", corpus: clientMessageCorpus) {
        input in
        let datagram = Datagram(embedded: input)
        let message = try decoded { () throws(DatagramError) in try ClientMessage(datagram) }
        guard let message else { return }
        let again =
            switch message {
            case .hello(let hello): try ClientMessage.hello(encoding: hello)
            case .resume(let resume): try ClientMessage.resume(encoding: resume)
            case .request(let bytes): try ClientMessage.request(encoding: Verbatim(bytes: bytes))
            case .leave: ClientMessage.leaving
            case .packet(let bytes):
                Datagram {
                    $0.append(ClientMessage.packetKind)
                    $0.append(contentsOf: bytes)
                }
            }
        try expect(again == datagram, "\(message) was \(input)")
        guard case .hello(let hello) = message else { return }
        try expect(
            hello.mismatch(with: hello.game + "x", schema: nil) != nil, "two games are the same")
        guard PlayerName.complaint(about: hello.name) == nil else { return }
        var taken = 3
        let name = PlayerName.unique(hello.name) { _ in
            taken -= 1
            return taken >= 0
        }
        try expect(
            PlayerName.complaint(about: name) == nil, "“\(hello.name)” became the name “\(name)”")
    }

    /// Servers' messages over TCP.
    static let serverMessages = FuzzTarget("server-messages", corpus: serverMessageCorpus) {
        input in
        let datagram = Datagram(embedded: input)
        let message = try decoded { () throws(DatagramError) in try ServerMessage(datagram) }
        guard let message else { return }
        let again: Datagram
        switch message {
        case .welcome(let welcome): again = try ServerMessage.welcome(encoding: welcome)
        case .notice(let bytes):
            again = try ServerMessage.notice(encoding: Verbatim(bytes: bytes))
        case .resumed(let resumed): again = ServerMessage.resumed(encoding: resumed)
        case .packet(let bytes):
            again = Datagram {
                $0.append(ServerMessage.packetKind)
                $0.append(contentsOf: bytes)
            }
        case .goodbye(let goodbye):
            // Its text was cut and escaped when it was read, which changes nothing a second time.
            let sent = ServerMessage.goodbye(encoding: goodbye)
            guard case .goodbye(let same) = try ServerMessage(sent) else {
                try expect(false, "\(goodbye) is read as something else")
                return
            }
            try expect(same == goodbye, "\(goodbye) is read as \(same)")
            try expect(PrintableText.isPrintable(goodbye.text), "\(goodbye) is not printable")
            try expect(
                goodbye.text.utf8.count <= SessionFormat.maximumGoodbyeBytes,
                "\(goodbye.text.utf8.count) bytes of text")
            return
        }
        try expect(again == datagram, "\(message) was \(input)")
    }

    /// What a joined player can say in authentic packets, to a server with a plain and a predicting one.
    static let clientPackets = FuzzTarget(
        "client-packets", workspace: 256 * 1_024, corpus: clientPacketCorpus
    ) { input in
        let (start, home) = (NetworkInstant(nanoseconds: 0), SocketAddress.loopback(port: 1))
        var table = PlayerTable(isPredicted: true)
        for isPredicting in [false, true] {
            let (player, packets) = try table.admit(name: "Ana", at: start)
            if isPredicting {
                table.predict(player.id, tickRate: 60, after: Tick(number: 0), at: start)
            }
            let packet = packets.packet(frames: Datagram(embedded: input), at: start)
            switch table.receive(packet, from: home, at: start) {
            case .foreign, .unknownSession, .dropped(_, .forged):
                try expect(false, "a player's packet of \(input) is held to be a stranger's")
            default: break
            }
        }
        var commands = EncodedCommands()
        table.takeCommands(for: Tick(number: 1), at: start, into: &commands)
    }

    /// Servers' payloads. The first byte chooses the kind.
    static let serverPayloads = FuzzTarget("server-payloads", corpus: serverPayloadCorpus) {
        input in
        var choices = Choices(input)
        let kind = choices.pick(PacketFrameKind.allCases.filter(\.isPayload))
        let bytes = Datagram(embedded: choices.data)
        let payload = try decoded { () throws(DatagramError) in
            try ServerPayload(.init(kind: kind, bytes: bytes))
        }
        switch payload {
        case .snapshot(let tick, let acknowledged, let encoded)??:
            var again = Datagram()
            ServerPayload.appendSnapshot(
                tick: tick, acknowledged: acknowledged, encoded: encoded, to: &again)
            try expect(again == bytes, "\(input) is read as something else")
        case .worldSnapshot(let whole)??: try expect(whole == bytes, "not all of \(input)")
        case .some(nil): try expect(!kind.isSent(by: .server), "a \(kind) is not read")
        case nil: break
        }
    }
}

private let random = SessionRandom(seed: 1)
private let secret = ResumeSecret(seed: 2)
private let payload = Verbatim(bytes: Datagram(bytes: [1, 2, 3]))

private func bytes(_ datagrams: Datagram?...) -> [[UInt8]] {
    datagrams.compactMap { $0?.bytes }
}

private let clientMessageCorpus = bytes(
    try? ClientMessage.hello(
        encoding: ClientHello(game: "arena", name: "Ana 😀", random: random)),
    try? ClientMessage.hello(
        encoding: ClientHello(
            game: "", name: String(repeating: "ß", count: 16), random: random,
            secret: PresentedSecret([UInt8](1...16)), ticket: Datagram(bytes: [1, 2, 3]),
            join: Datagram(bytes: [4, 5]), schema: 7)),
    try? ClientMessage.resume(
        encoding: SessionResume(
            player: PlayerID(rawValue: 3), secret: secret, attempt: 1, notices: 7, random: random,
            game: "arena")),
    try? ClientMessage.request(encoding: payload), ClientMessage.leaving,
    Datagram(bytes: [ClientMessage.packetKind, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]))

private let serverMessageCorpus =
    bytes(
        try? ServerMessage.welcome(
            encoding: ServerWelcome(
                player: PlayerID(rawValue: 3), session: SessionNumber(rawValue: 9), random: random,
                cipher: 1, secret: secret, udpPort: 9_099, tickRate: 60, snapshotRate: 20,
                name: "Ana")),
        try? ServerMessage.notice(encoding: payload),
        ServerMessage.resumed(
            encoding: SessionResumed(
                requests: 5, random: random, base: BaseEpochs(toServer: 4, toClient: 5),
                secret: secret)),
        Datagram(bytes: [ServerMessage.packetKind, 0x10, 0, 0, 0, 0, 0, 0, 0, 2, 3]))
    + GoodbyeCode.allCases.flatMap { code in
        bytes(ServerMessage.goodbye(encoding: Goodbye(code: code, text: "the arena is full")))
    }

private let clientPacketCorpus: [[UInt8]] = [
    [1, 7, 0, 0, 0],
    [5, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 8, 7, 6, 5, 4, 3, 2, 1, 6, 9, 0, 0, 0, 1, 2, 3],
    [7, 0, 1, 0, 0, 0, 0, 0, 1, 2],
]

private let serverPayloadCorpus: [[UInt8]] = (0..<4 as Range<UInt8>).map {
    [$0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3]
}
