import ParleyDatagrams
import ParleyProtocol
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
        case .resumed(let requests): again = ServerMessage.resumed(requests: requests)
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

    /// Clients' packets over UDP.
    static let clientPackets = FuzzTarget("client-packets", corpus: clientPacketCorpus) { input in
        let datagram = Datagram(embedded: input)
        var reader = datagram.reader
        let packet = try decoded { () throws(DatagramError) in
            try ClientPacket(from: &reader)
        }
        guard let packet else { return }
        let again =
            switch packet.content {
            case .ping(let mark): ClientPacket.ping(mark: mark, token: packet.token)
            case .command(let sequence):
                try ClientPacket.command(
                    encoding: Verbatim(bytes: reader.remaining), sequence: sequence,
                    token: packet.token)
            case .input: datagram
            }
        try expect(again == datagram, "\(packet) was \(input)")
    }

    /// Servers' packets over UDP.
    static let serverPackets = FuzzTarget("server-packets", corpus: serverPacketCorpus) { input in
        let datagram = Datagram(embedded: input)
        let packet = try decoded { () throws(DatagramError) in try ServerPacket(datagram) }
        guard let packet else { return }
        let again =
            switch packet {
            case .pong(let mark, let tick): ServerPacket.pong(encodingMark: mark, tick: tick)
            case .snapshot(let tick, let acknowledged, let bytes):
                ServerPacket.snapshot(tick: tick, acknowledged: acknowledged, encoded: bytes)
            case .worldSnapshot: datagram
            }
        try expect(again == datagram, "\(packet) was \(input)")
    }
}

private let token = SessionToken(rawValue: 0x0123_4567_89AB_CDEF)
private let payload = Verbatim(bytes: Datagram(bytes: [1, 2, 3]))

private func bytes(_ datagrams: Datagram?...) -> [[UInt8]] {
    datagrams.compactMap { $0?.bytes }
}

private let clientMessageCorpus = bytes(
    try? ClientMessage.hello(encoding: ClientHello(game: "arena", name: "Ana 😀")),
    try? ClientMessage.hello(
        encoding: ClientHello(game: "", name: String(repeating: "ß", count: 16))),
    try? ClientMessage.resume(
        encoding: SessionResume(
            player: PlayerID(rawValue: 3), token: token, attempt: 1, notices: 7, game: "arena")),
    try? ClientMessage.request(encoding: payload), ClientMessage.leaving)

private let serverMessageCorpus =
    bytes(
        try? ServerMessage.welcome(
            encoding: ServerWelcome(
                player: PlayerID(rawValue: 3), token: token, udpPort: 9_099, tickRate: 60,
                snapshotRate: 20, name: "Ana")),
        try? ServerMessage.notice(encoding: payload), ServerMessage.resumed(requests: 5))
    + GoodbyeCode.allCases.flatMap { code in
        bytes(ServerMessage.goodbye(encoding: Goodbye(code: code, text: "the arena is full")))
    }

private let clientPacketCorpus = bytes(
    ClientPacket.ping(mark: 7, token: token),
    try? ClientPacket.command(encoding: payload, sequence: 9, token: token))

private let serverPacketCorpus = bytes(
    ServerPacket.pong(encodingMark: 7, tick: Tick(number: 8)),
    ServerPacket.snapshot(
        tick: Tick(number: 9), acknowledged: 1, encoded: Datagram(bytes: [1, 2, 3])))
