import ParleyDatagrams
import ParleyHandoff
import ParleySockets
import Testing

/// The bytes of messages between servers, and of travel notices.
@Suite struct WireTests {
    @Test(arguments: HandoffVectors.peer)
    func messagesHaveTheirBytes(_ vector: PeerVector) throws {
        #expect(try vector.message.encoded().bytes == vector.bytes)
        let read = try PeerMessage(
            decoding: Datagram(bytes: vector.bytes), from: vector.sender, to: vector.receiver)
        #expect(read == vector.message)
    }

    @Test func everyKindHasAVector() {
        let kinds = Set(HandoffVectors.peer.compactMap(\.message.kind))
        #expect(kinds == Set(PeerMessageKind.allCases))
    }

    @Test(arguments: HandoffVectors.travel)
    func noticesHaveTheirBytes(_ vector: TravelVector) throws {
        #expect(try Datagram(encoding: vector.notice).bytes == vector.bytes)
        #expect(try TravelNotice(decoding: Datagram(bytes: vector.bytes)) == vector.notice)
    }

    @Test func ticketsHaveTheirBytes() throws {
        let ticket = Ticket(
            character, account: 12, owner: target, login: login, second: 1_000_000,
            id: TicketID(high: 1, low: 2))
        #expect(try Datagram(encoding: ticket).bytes == HandoffVectors.ticketBytes)
        var reader = Datagram(bytes: HandoffVectors.ticketBytes).reader
        #expect(try reader.read(Ticket.self) == ticket)
    }

    /// A role that may not send a kind has its link closed, whatever the bytes.
    @Test(arguments: HandoffVectors.peer)
    func onlyItsSendersMaySendAKind(_ vector: PeerVector) throws {
        let row = PeerMessageTable.row(try #require(vector.message.kind))
        for sender in PeerRole.allCases {
            for receiver in PeerRole.allCases {
                let isAllowed = row.senders.contains(sender) && row.receivers.contains(receiver)
                let read = try? PeerMessage(
                    decoding: Datagram(bytes: vector.bytes), from: sender, to: receiver)
                #expect((read != nil) == isAllowed, "\(sender) to \(receiver)")
            }
        }
    }

    @Test func whatOnlyWorldServersAskDoesNotTravel() {
        let requests: [OwnershipRequest] = [
            .retire(north, beat: 1), .enter(character, login, north, mark: 1),
            .recover(character, source, to: nil, mark: 1), .login(character), .kick(character),
            .ban(character), .pardon(character), .look(character), .survey, .raiseGeneration,
        ]
        for request in requests {
            #expect(throws: DatagramError.self) { try PeerMessage.ask(request).encoded() }
        }
    }

    /// The length is compared with the kind's limit before anything is decoded.
    @Test(arguments: PeerMessageKind.allCases)
    func messagesBeyondTheirLimitAreRefused(_ kind: PeerMessageKind) throws {
        let row = PeerMessageTable.row(kind)
        var bytes = [UInt8](repeating: 0xFF, count: row.byteLimit + 1)
        bytes[0] = kind.rawValue
        let sender = try #require(row.senders.first)
        let receiver = try #require(row.receivers.first)
        #expect(
            throws: DatagramError.limitExceeded(what: "\(kind)", limit: row.byteLimit, offset: 0)
        ) {
            try PeerMessage(decoding: Datagram(bytes: bytes), from: sender, to: receiver)
        }
    }

    @Test func aSealBeyondItsLimitIsNotSent() {
        var large = seal
        large.state = Datagram(
            bytes: [UInt8](repeating: 0, count: PeerMessageTable.sealLimit + 256))
        #expect(throws: DatagramError.self) {
            try PeerMessage.ask(.checkpoint(character, source, large)).encoded()
        }
    }

    @Test(arguments: HandoffVectors.peer)
    func shortenedAndLengthenedMessagesAreRefused(_ vector: PeerVector) {
        for count in 0..<vector.bytes.count {
            #expect(throws: DatagramError.self) {
                try PeerMessage(
                    decoding: Datagram(bytes: vector.bytes.prefix(count)), from: vector.sender,
                    to: vector.receiver)
            }
        }
        #expect(throws: DatagramError.self) {
            try PeerMessage(
                decoding: Datagram(bytes: vector.bytes + [0]), from: vector.sender,
                to: vector.receiver)
        }
    }

    /// What decodes although bits were flipped is another message: it has other bytes of the same length.
    @Test(arguments: HandoffVectors.peer)
    func flippedBitsNeverTrap(_ vector: PeerVector) throws {
        for index in vector.bytes.indices {
            for bit in 0..<8 {
                var bytes = vector.bytes
                bytes[index] ^= 1 << bit
                guard
                    let read = try? PeerMessage(
                        decoding: Datagram(bytes: bytes), from: vector.sender, to: vector.receiver)
                else { continue }
                #expect(read != vector.message)
                #expect(try read.encoded().bytes == bytes)
            }
        }
    }

    @Test func randomBytesNeverTrap() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var bytes = (0..<Int(random.next() % 96)).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            if let kind = PeerMessageKind.allCases.randomElement(using: &random), !bytes.isEmpty {
                bytes[0] = kind.rawValue
            }
            let datagram = Datagram(bytes: bytes)
            for (sender, receiver) in [
                (PeerRole.zone, PeerRole.zone), (.zone, .world), (.world, .zone),
                (.world, .world),
            ] {
                guard let read = try? PeerMessage(decoding: datagram, from: sender, to: receiver)
                else { continue }
                #expect((try? read.encoded().bytes) == bytes)
            }
            if let notice = try? TravelNotice(decoding: datagram) {
                #expect((try? Datagram(encoding: notice).bytes) == bytes)
            }
        }
    }

    /// A number whose successor would not exist is refused where it is read: no machine computes with it.
    @Test func countersHaveSuccessors() throws {
        let bytes = Datagram(bytes: [UInt8](repeating: 0xFF, count: 64))
        var reader = DatagramReader(bytes)
        for decode in [
            { _ = try $0.read(CharacterID.self) }, { _ = try $0.read(Epoch.self) },
            { _ = try $0.read(LoginNumber.self) }, { _ = try $0.read(SealedPlayer.self) },
            { _ = try $0.read(SessionContinuation.self) },
        ] as [(inout DatagramReader) throws -> Void] {
            #expect(throws: DatagramError.self) { try decode(&reader) }
        }
        var process = Datagram()
        process.append(3 as UInt8)
        process.append(bytes: "east".utf8.prefix(3))
        process.append(UInt64.max)
        var processReader = DatagramReader(process)
        #expect(throws: DatagramError.self) { _ = try processReader.read(ZoneProcess.self) }
    }

    /// Another table has another hash. Whoever changes a row changes this number, too.
    @Test func theTableHasItsHash() {
        #expect(PeerVersions.current.hash(of: 3) == 17_848_819_139_707_834_279)
        #expect(PeerVersions.current.hash(of: 4) == 9_176_418_041_376_600_334)
        #expect(Set(PeerMessageTable.rows.map(\.kind)).count == PeerMessageKind.allCases.count)
    }
}
