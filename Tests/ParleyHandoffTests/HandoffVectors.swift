import ParleyDatagrams
import ParleyHandoff
import TestSupport

/// A message between servers, and its bytes as another program wrote them.
struct PeerVector: CustomStringConvertible {
    let name: String
    let sender: PeerRole
    let receiver: PeerRole
    let message: PeerMessage
    let bytes: [UInt8]

    init(
        _ name: String, from sender: PeerRole, to receiver: PeerRole, _ message: PeerMessage,
        _ hex: String
    ) {
        self.name = name
        self.sender = sender
        self.receiver = receiver
        self.message = message
        bytes = [UInt8](hex: hex)
    }

    var description: String { name }
}

/// A notice to a client, and its bytes.
struct TravelVector: CustomStringConvertible {
    let name: String
    let notice: TravelNotice
    let bytes: [UInt8]

    init(_ name: String, _ notice: TravelNotice, _ hex: String) {
        self.name = name
        self.notice = notice
        bytes = [UInt8](hex: hex)
    }

    var description: String { name }
}

/// One of each message, about character 7 on its way from north to east.
enum HandoffVectors {
    static let peer: [PeerVector] = zoneMessages + calls + answers + worldMessages

    private static let zoneMessages: [PeerVector] = [
        PeerVector(
            "hello of a zone", from: .zone, to: .zone,
            .hello(
                PeerHello(
                    .zone(north.zone), oldest: 3,
                    tables: [0x0102_0304_0506_0708, 0x1112_1314_1516_1718])),
            "0101056e6f7274680300040008070605040302011817161514131211"),
        PeerVector(
            "hello of a world server", from: .world, to: .zone,
            .hello(PeerHello(.world(258), oldest: 3, tables: [0x0102_0304_0506_0708])),
            "01000201030003000807060504030201"),
        PeerVector(
            "hello of a supervisor", from: .supervisor, to: .world,
            .hello(PeerHello(.supervisor, oldest: 3, tables: [0x0102_0304_0506_0708])),
            "0102030003000807060504030201"),
        PeerVector(
            "prepare", from: .zone, to: .zone,
            .prepare(SeatRequest(attempt, source: source, target: east, stateVersion: 2)),
            """
            0407000000000000000100000008000000000000008877665544332211056e6f727468030000\
            0000000000010000000700000000000000046561737405000000000000000200
            """),
        PeerVector(
            "unreadable", from: .zone, to: .zone,
            .prepared(SeatAnswer(attempt, .refused(.version))),
            "05070000000000000001000000080000000000000088776655443322110005"),
        PeerVector(
            "prepared", from: .zone, to: .zone, .prepared(SeatAnswer(attempt, .reserved(seat))),
            """
            050700000000000000010000000800000000000000887766554433221101a8a7a6a5a4a3a2a1\
            0d31302e302e302e323a3930303000
            """),
        PeerVector(
            "refused", from: .zone, to: .zone, .prepared(SeatAnswer(attempt, .refused(.draining))),
            "05070000000000000001000000080000000000000088776655443322110001"),
        PeerVector(
            "warm", from: .zone, to: .zone, .warm(attempt),
            "0607000000000000000100000008000000000000008877665544332211"),
        PeerVector(
            "cancel", from: .zone, to: .zone, .cancel(attempt),
            "0707000000000000000100000008000000000000008877665544332211"),
        PeerVector(
            "taken", from: .zone, to: .world, .taken(character, target),
            "09070000000000000004656173740500000000000000010000000800000000000000"),
    ]

    private static let calls: [PeerVector] = [
        PeerVector(
            "register", from: .zone, to: .world, .ask(.register(north.zone, mark: mark)),
            "10056e6f7274688877665544332211"),
        PeerVector(
            "beat", from: .zone, to: .world, .ask(.beat(north, number: 41)),
            "11056e6f72746803000000000000002900000000000000"),
        PeerVector(
            "drain", from: .zone, to: .world, .ask(.drain(north)),
            "12056e6f7274680300000000000000"),
        PeerVector(
            "commit", from: .zone, to: .world, .ask(.commit(attempt, source, to: east, seal)),
            """
            1307000000000000000100000008000000000000008877665544332211056e6f727468030000\
            00000000000100000007000000000000000465617374050000000000000003616e6e04000000\
            0000000058020000000000000900000000000000050000000000000001000200686901000100\
            0a01000007000000000000000400000000000000090000000000000000000100010200000000\
            000000020004000000deadbeef
            """),
        PeerVector(
            "stay", from: .zone, to: .world, .ask(.stay(character, source, mark: mark)),
            """
            140700000000000000056e6f7274680300000000000000010000000700000000000000887766\
            5544332211
            """),
        PeerVector(
            "leave", from: .zone, to: .world, .ask(.leave(character, source, mark: mark, seal)),
            """
            150700000000000000056e6f7274680300000000000000010000000700000000000000887766\
            554433221103616e6e0400000000000000580200000000000009000000000000000500000000\
            000000010002006869010001000a010000070000000000000004000000000000000900000000\
            00000000000100010200000000000000020004000000deadbeef
            """),
        PeerVector(
            "fail", from: .zone, to: .world, .ask(.fail(character, source, mark: mark)),
            """
            160700000000000000056e6f7274680300000000000000010000000700000000000000887766\
            5544332211
            """),
        PeerVector(
            "fence", from: .zone, to: .world, .ask(.fence(character, source)),
            "170700000000000000056e6f7274680300000000000000010000000700000000000000"),
        PeerVector(
            "checkpoint", from: .zone, to: .world, .ask(.checkpoint(character, source, seal)),
            """
            180700000000000000056e6f727468030000000000000001000000070000000000000003616e\
            6e04000000000000005802000000000000090000000000000005000000000000000100020068\
            69010001000a0100000700000000000000040000000000000009000000000000000000010001\
            0200000000000000020004000000deadbeef
            """),
        PeerVector(
            "perform", from: .zone, to: .world, .ask(.perform(operation, character, source)),
            """
            190007000000000000000400000000000000090000000000000000000700000000000000056e\
            6f7274680300000000000000010000000700000000000000
            """),
        PeerVector(
            "deal", from: .zone, to: .world,
            .deal(
                DealRequest(
                    north, operation, parties: [.init(character, source.epoch)],
                    includesZone: true, effects: Datagram(bytes: [1, 2]),
                    note: Datagram(bytes: [3]))),
            """
            1a056e6f72746803000000000000000007000000000000000400000000000000090000000000\
            00000000010007000000000000000100000007000000000000000102000102010003
            """),
        PeerVector(
            "read", from: .zone, to: .world,
            .read(SheetRequest(north, .init(character, source.epoch), mark: 3, seen: 2)),
            """
            1b056e6f72746803000000000000000107000000000000000100000007000000000000000300\
            0000000000000200000000000000
            """),
        PeerVector(
            "readGround", from: .zone, to: .world,
            .read(SheetRequest(north, nil, mark: 3, seen: 0)),
            "1b056e6f7274680300000000000000000300000000000000" + "0000000000000000"),
    ]

    private static let answers: [PeerVector] = [
        PeerVector(
            "zoneAnswer", from: .world, to: .zone,
            .answer(
                .zone(
                    ZoneAnswer(
                        .beat, north, mark: 41, isDone: true,
                        ended: [EndedSession(character, LoginNumber(rawValue: 5))]))),
            """
            0201056e6f727468030000000000000029000000000000000101000700000000000000050000\
            0000000000
            """),
        PeerVector(
            "characterAnswer", from: .world, to: .zone,
            .answer(
                .character(
                    CharacterAnswer(.commit, character, mark: mark, isDone: true, now: standing))),
            """
            0301070000000000000088776655443322110101010465617374050000000000000001010000\
            000800000000000000040000000000000000887766554433221100
            """),
        PeerVector(
            "take", from: .world, to: .zone,
            .take(GrantedPlayer(character, target, mark: mark, login: login, state: seal)),
            """
            0807000000000000000465617374050000000000000001000000080000000000000088776655\
            4433221104000000000000000103616e6e040000000000000058020000000000000900000000\
            0000000500000000000000010002006869010001000a01000007000000000000000400000000\
            000000090000000000000000000100010200000000000000020004000000deadbeef
            """),
        PeerVector(
            "end", from: .world, to: .zone, .end(EndedSession(character, LoginNumber(rawValue: 5))),
            "0a07000000000000000500000000000000"),
        PeerVector(
            "died", from: .supervisor, to: .world, .died(east),
            "0b04656173740500000000000000"),
        PeerVector(
            "operate", from: .supervisor, to: .world, .operate(Datagram(bytes: [1, 2])),
            "1c02000102"),
        PeerVector(
            "operated", from: .world, to: .supervisor, .operated(Datagram(bytes: [3])), "1d010003"),
        PeerVector(
            "guide", from: .world, to: .zone,
            .guide(character, Owner(east, Epoch(generation: 1, number: 9)), to: east.zone),
            """
            250700000000000000046561737405000000000000000100000009000000000000000465617374
            """),
        PeerVector(
            "empty", from: .world, to: .zone, .empty(east), "1e04656173740500000000000000"),
        PeerVector(
            "dealt", from: .world, to: .zone,
            .dealt(DealAnswer(operation, .settled(Datagram(bytes: [1, 0])))),
            "0c0007000000000000000400000000000000090000000000000000000102000100"),
        PeerVector(
            "notDealt", from: .world, to: .zone,
            .dealt(DealAnswer(operation, .refused(.malformed))),
            "0c0007000000000000000400000000000000090000000000000000000001"),
        PeerVector(
            "sheet", from: .world, to: .zone,
            .sheet(
                SheetAnswer(
                    .init(character, source.epoch), mark: 3, sheet: Datagram(bytes: [1, 2]))),
            "0f0107000000000000000100000007000000000000000300000000000000020000000102"),
        PeerVector(
            "zones", from: .world, to: .zone,
            .zones([ListedZone(north, .ready), ListedZone(east, .draining)]),
            "0d0200056e6f7274680300000000000000000465617374050000000000000001"),
        PeerVector(
            "listening", from: .zone, to: .world, .listening(east, address: "10.0.0.2:9000"),
            "0e046561737405000000000000000d31302e302e302e323a39303030"),
    ]

    private static let worldMessages: [PeerVector] = [
        PeerVector(
            "session", from: .world, to: .world, .session(character, login),
            "1f07000000000000000400000000000000"),
        PeerVector(
            "placed", from: .world, to: .world, .placed(character, target),
            "20070000000000000004656173740500000000000000010000000800000000000000"),
        PeerVector(
            "said to the realm", from: .world, to: .world,
            .said(ChatMessage(to: nil, from: "ann", "hi")), "210003616e6e02006869"),
        PeerVector(
            "said to a zone", from: .world, to: .world,
            .said(ChatMessage(to: north.zone, from: "ann", "hi")),
            "2101056e6f72746803616e6e02006869"),
        PeerVector(
            "seek", from: .world, to: .world, .seek(mark, name: "bob"),
            "22887766554433221103626f62"),
        PeerVector("found", from: .world, to: .world, .found(mark), "238877665544332211"),
        PeerVector(
            "terms", from: .zone, to: .world,
            .terms(PeerTerms(lease: 5_000, map: mark, proof: Datagram(bytes: [1, 2, 3]))),
            "268813000088776655443322110300010203"),
        PeerVector(
            "whisper", from: .world, to: .world,
            .whisper(WhisperMessage(to: "bob", from: "ann", "hi")),
            "2403626f6203616e6e02006869"),
    ]

    static let travel: [TravelVector] = [
        TravelVector(
            "travel", .travel(destination),
            """
            0107000000000000000100000008000000000000008877665544332211046561737405000000\
            000000000d31302e302e302e323a39303030a8a7a6a5a4a3a2a1
            """),
        TravelVector(
            "moved", .moved(destination),
            """
            0207000000000000000100000008000000000000008877665544332211046561737405000000\
            000000000d31302e302e302e323a39303030a8a7a6a5a4a3a2a1
            """),
        TravelVector(
            "resumed", .resumed(continuation),
            """
            0301000000080000000000000004000000000000000900000000000000050000000000000058\
            020000000000004800000000000000
            """),
    ]

    static let ticketBytes = [UInt8](
        hex: """
            07000000000000000c0000000000000004656173740500000000000000010000000800000000\
            000000040000000000000040420f00000000007c420f00000000000100000000000000020000\
            0000000000
            """)
}
