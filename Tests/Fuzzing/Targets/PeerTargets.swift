import ParleyDatagrams
import ParleyHandoff
import ParleyStore

extension FuzzTarget {
    /// Messages between servers. The first two bytes choose who sends and who receives them.
    static let peerMessages = FuzzTarget("peer-messages", corpus: peerCorpus) { input in
        var choices = Choices(input)
        let (sender, receiver) = (choices.pick(PeerRole.allCases), choices.pick(PeerRole.allCases))
        let datagram = Datagram(embedded: choices.data)
        let read = try decoded { () throws(DatagramError) in
            try PeerMessage(decoding: datagram, from: sender, to: receiver)
        }
        guard let message = read else { return }
        try expect(try message.encoded() == datagram, "\(message) was \(input)")
    }

    /// What zones tell clients of a crossing.
    static let travelNotices = FuzzTarget("travel-notices", corpus: travelCorpus) { input in
        let datagram = Datagram(embedded: input)
        let read = try decoded { () throws(DatagramError) in try TravelNotice(decoding: datagram) }
        guard let notice = read else { return }
        try expect(try Datagram(encoding: notice) == datagram, "\(notice) was \(input)")
    }

    /// The effects of a deal, as a zone sends them.
    static let dealEffects = FuzzTarget("deal-effects", corpus: dealCorpus) { input in
        let datagram = Datagram(embedded: input)
        let read = try decoded { () throws(DatagramError) in try DealEffects.decoded(datagram) }
        guard let effects = read else { return }
        try expect(try DealEffects.encoded(effects) == datagram, "\(effects) was \(input)")
    }

    /// What a character has, as a world server sends it.
    static let characterSheets = FuzzTarget("character-sheets", corpus: sheetCorpus) { input in
        let datagram = Datagram(embedded: input)
        let read = try decoded { () throws(DatagramError) in
            try CharacterSheet(decoding: datagram, of: .character(character))
        }
        guard let sheet = read else { return }
        try expect(try sheet.encoded() == datagram, "\(sheet) was \(input)")
    }

    private static let (north, east) = (process("north"), process("east"))
    private static let character = CharacterID(rawValue: 7)
    private static let owner = Owner(north, Epoch(generation: 1, number: 7))
    private static let attempt = HandoffID(
        character: character, epoch: Epoch(generation: 1, number: 8), mark: 9)
    private static let operation = OperationID.request(
        character: character, login: LoginNumber(rawValue: 3), request: 4, index: 0)
    private static let player = SealedPlayer(
        name: "ann", login: LoginNumber(rawValue: 3), tick: 600, requests: 4, notices: 2,
        noticeTail: [Datagram(bytes: [1, 2])], commands: [Datagram(bytes: [3])],
        deals: [
            OpenDeal(operation, note: Datagram(bytes: [7])),
            OpenDeal(.zone(north.zone, north.incarnation, counter: 1)),
        ], outboxSeen: 1,
        stateVersion: 2, state: Datagram(bytes: [4, 5, 6]))
    private static let standing = Standing(
        place: east, isPlaceAlive: true, epoch: owner.epoch, login: LoginNumber(rawValue: 3))

    private static func process(_ name: String) -> ZoneProcess {
        guard let zone = ZoneName(name) else { preconditionFailure("\(name) is no zone's name") }
        return ZoneProcess(zone, Incarnation(rawValue: 3))
    }

    /// One message of each kind. The roles are written as the choices read them.
    private static let peerCorpus: [[UInt8]] = {
        let seat = ReservedSeat(SeatToken(rawValue: 5), address: "10.0.0.2:9000", isWarm: true)
        let effects = Datagram(bytes: dealCorpus[0])
        let messages: [PeerMessage] = [
            .hello(PeerHello(.zone(north.zone))),
            .hello(PeerHello(.world(0), oldest: 65_532, tables: [1, 2, 3, 4])),
            .terms(PeerTerms(lease: 5_000, map: 7, proof: Datagram(bytes: [1, 2, 3]))),
            .prepare(SeatRequest(attempt, source: owner, target: east)),
            .prepared(SeatAnswer(attempt, .reserved(seat))),
            .prepared(SeatAnswer(attempt, .refused(.full))), .warm(attempt), .cancel(attempt),
            .take(
                GrantedPlayer(
                    character, owner, mark: 1, login: LoginNumber(rawValue: 3), state: player)),
            .taken(character, owner), .end(EndedSession(character, LoginNumber(rawValue: 4))),
            .died(east), .empty(east),
            .guide(character, owner, to: north.zone), .operate(Datagram(bytes: [1, 2, 3])),
            .operated(Datagram(bytes: [4])),
            .zones([ListedZone(north, .ready), ListedZone(east, .draining)]),
            .listening(north, address: "10.0.0.2:9000"), .ask(.register(north.zone, mark: 1)),
            .ask(.beat(north, number: 2)),
            .ask(.drain(north)), .ask(.commit(attempt, owner, to: east, player)),
            .ask(.stay(character, owner, mark: 1)),
            .ask(.leave(character, owner, mark: 1, player)),
            .ask(.fail(character, owner, mark: 1)), .ask(.fence(character, owner)),
            .ask(.checkpoint(character, owner, player)),
            .ask(.perform(operation, character, owner)),
            .answer(
                .zone(
                    ZoneAnswer(
                        .beat, north, mark: 2, isDone: true,
                        ended: [EndedSession(character, LoginNumber(rawValue: 4))]))),
            .answer(
                .character(CharacterAnswer(.commit, character, isDone: true, now: standing))),
            .deal(
                DealRequest(
                    north, operation, parties: [.init(character, owner.epoch)],
                    includesZone: true, effects: effects, note: Datagram(bytes: [1]))),
            .dealt(DealAnswer(operation, .settled(Datagram(bytes: [1, 0])))),
            .dealt(DealAnswer(operation, .refused(.notOwner))),
            .read(SheetRequest(north, .init(character, owner.epoch), mark: 1, seen: 2)),
            .sheet(
                SheetAnswer(
                    .init(character, owner.epoch), mark: 1,
                    sheet: Datagram(bytes: sheetCorpus[0]))),
            .session(character, LoginNumber(rawValue: 3)), .placed(character, owner),
            .said(ChatMessage(to: nil, from: "ann", "hi")),
            .said(ChatMessage(to: north.zone, from: "ann", "hi")), .seek(1, name: "bob"),
            .found(1), .whisper(WhisperMessage(to: "bob", from: "ann", "hi")),
        ]
        return messages.compactMap { message in
            guard let kind = message.kind, let bytes = try? message.encoded().bytes,
                let sender = PeerMessageTable.row(kind).senders.map(\.rawValue).max(),
                let receiver = PeerMessageTable.row(kind).receivers.map(\.rawValue).max()
            else { return nil }
            return [sender, receiver] + bytes
        }
    }()

    private static let travelCorpus: [[UInt8]] = {
        let destination = Destination(
            attempt, east, address: "10.0.0.2:9000", SeatToken(rawValue: 5))
        let continuation = SessionContinuation(
            epoch: owner.epoch, login: LoginNumber(rawValue: 3), requests: 4, firstNotice: 2)
        let notices: [TravelNotice] = [
            .travel(destination), .moved(destination), .resumed(continuation),
        ]
        return notices.compactMap { try? Datagram(encoding: $0).bytes }
    }()

    private static let dealCorpus: [[UInt8]] = {
        let (ann, ground) = (Holder.character(character), Holder.zone(north.zone))
        let (item, gold) = (ItemID(rawValue: 9), Currency(rawValue: 1))
        let effects: [DealEffect] = [
            .mint(item, kind: 2, to: ann), .move(item, from: ann, to: ground),
            .burn(item, from: ground), .issue(gold, 5, to: ann),
            .pay(gold, 5, from: ann, to: ground), .destroy(gold, 1, from: ground),
        ]
        return [(try? DealEffects.encoded(effects).bytes) ?? [], [0]]
    }()

    private static let sheetCorpus: [[UInt8]] = {
        let holder = Holder.character(character)
        let gold = Balance(holder: holder, currency: Currency(rawValue: 1), amount: 5)
        let sword = Item(id: ItemID(rawValue: 9), kind: 2, holder: holder)
        let sheet = CharacterSheet(
            name: AccountName("ann"), possessions: Possessions(items: [sword], balances: [gold]),
            events: [
                OutboxEvent(
                    number: 1, operation: operation.key, result: .notEnough(gold), note: [1, 2])
            ])
        return [(try? sheet.encoded().bytes) ?? []]
    }()
}
