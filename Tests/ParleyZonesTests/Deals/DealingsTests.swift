import ParleyDatagrams
import ParleyHandoff
import ParleyStore
import Testing

@testable import ParleyZones

/// The deals of one character, as its zone keeps them.
@Suite struct DealingsTests {
    private let ann = CharacterID(rawValue: 1)

    private func operation(_ number: UInt64) -> OperationID {
        .request(character: ann, login: LoginNumber(rawValue: 1), request: number, index: 0)
    }

    private func sheet(_ events: [(UInt64, OperationID)]) -> CharacterSheet {
        CharacterSheet(
            name: AccountName("ann"), possessions: Possessions(),
            events: events.map {
                OutboxEvent(number: $0.0, operation: $0.1.key, result: .applied, note: [])
            })
    }

    private func ends(
        _ dealings: inout Dealings, applied: UInt64 = .max
    ) -> [(OperationID, DealResult?)] {
        var ends: [(OperationID, DealResult?)] = []
        while let next = dealings.next(
            of: ann, at: .zero,
            isApplied: {
                guard case .request(_, _, let number, _) = $0 else { return true }
                return number <= applied
            })
        {
            ends.append((next.deal.operation, next.deal.result))
        }
        return ends
    }

    @Test func anEventIsToldOnce() {
        var dealings = Dealings(nil, at: .zero)
        dealings.add(OpenDeal(operation(1)))
        var due = dealings.reader.due(at: .zero)
        #expect(due == 1)
        dealings.receive(sheet([(1, operation(1))]), mark: 1, at: .zero)
        var heard = ends(&dealings)
        #expect(heard.map(\.1) == [.applied])
        #expect(dealings.seen == 1 && dealings.open.isEmpty)
        // The answer comes twice, and another one that is older than what the world has seen.
        dealings.receive(sheet([(1, operation(1))]), mark: 1, at: .zero)
        dealings.decide(operation(1), hasEvent: false, at: .zero)
        due = dealings.reader.due(at: .zero)
        #expect(due == 2)
        dealings.receive(sheet([(1, operation(1))]), mark: 2, at: .zero)
        heard = ends(&dealings)
        #expect(heard.isEmpty)
    }

    /// A deal is void only by a sheet that was asked for after the store had decided it.
    @Test func aDealIsVoidWhenASheetDoesNotShowIt() {
        var dealings = Dealings(nil, at: .zero)
        dealings.add(OpenDeal(operation(1)))
        var due = dealings.reader.due(at: .zero)
        #expect(due == 1)
        dealings.decide(operation(1), hasEvent: false, at: .zero)
        dealings.receive(sheet([]), mark: 1, at: .zero)
        var heard = ends(&dealings)
        #expect(heard.isEmpty)
        due = dealings.reader.due(at: .zero)
        #expect(due == 2)
        dealings.receive(sheet([]), mark: 2, at: .zero)
        heard = ends(&dealings)
        #expect(heard.map(\.1) == [nil])
        #expect(dealings.open.isEmpty)
    }

    /// What a seal brings was decided by the crossing. Nothing is void while the store has more events than a sheet.
    @Test func aSealsDealsAreDecided() {
        let seal = SealedPlayer(
            name: "ann", login: LoginNumber(rawValue: 1),
            deals: [OpenDeal(operation(1)), OpenDeal(operation(2), note: Datagram(bytes: [7]))],
            outboxSeen: 3)
        var dealings = Dealings(seal, at: .zero)
        #expect(dealings.name == "ann")
        var due = dealings.reader.due(at: .zero)
        #expect(due == 1)
        dealings.receive(
            sheet((4..<20).map { ($0, operation(100 + $0)) }), mark: 1, at: .zero)
        let heard = ends(&dealings)
        #expect(heard.count == 16)
        due = dealings.reader.due(at: .zero)
        #expect(due == 2)
        dealings.receive(sheet([(20, operation(1))]), mark: 2, at: .zero)
        let last = ends(&dealings)
        #expect(last.map(\.0) == [operation(1), operation(2)])
        #expect(last.map(\.1) == [.applied, nil])
    }

    /// A zone that lost its memory gets the results of requests that it will apply again.
    @Test func aResultWaitsForItsRequest() {
        var dealings = Dealings(nil, at: .zero)
        let due = dealings.reader.due(at: .zero)
        #expect(due == 1)
        dealings.receive(sheet([(1, operation(5)), (2, operation(6))]), mark: 1, at: .zero)
        var heard = ends(&dealings, applied: 4)
        #expect(heard.isEmpty)
        #expect(dealings.hasEvent(of: operation(5)))
        heard = ends(&dealings, applied: 5)
        #expect(heard.map(\.0) == [operation(5)])
        heard = ends(&dealings, applied: 6)
        #expect(heard.map(\.0) == [operation(6)])
    }

    @Test func aSheetIsAskedForAgainAndNowAndThen() {
        var reader = SheetReader(at: .zero)
        var due = reader.due(at: .zero)
        #expect(due == 1)
        due = reader.due(at: .milliseconds(499))
        #expect(due == nil)
        reader.want(at: .milliseconds(499))
        due = reader.due(at: .milliseconds(500))
        #expect(due == 2)
        var isNewer = reader.receive(1, at: .milliseconds(501))
        #expect(isNewer)
        isNewer = reader.receive(2, at: .milliseconds(502))
        #expect(isNewer)
        isNewer = reader.receive(2, at: .milliseconds(503))
        #expect(!isNewer)
        isNewer = reader.receive(3, at: .milliseconds(503))
        #expect(!isNewer)
        due = reader.due(at: .seconds(10))
        #expect(due == nil)
        due = reader.due(at: .milliseconds(10_502))
        #expect(due == 3)
    }

    @Test func aDealIsSaidAgainUntilItIsClosed() {
        let north = ZoneProcess(ZoneName("north")!, Incarnation(rawValue: 1))
        var book = DealBook()
        for number in 0..<5_000 {
            book.add(
                DealRequest(north, operation(UInt64(number)), parties: [], effects: Datagram()),
                at: .zero)
        }
        #expect(book.isFull)
        var due = book.due(at: .zero)
        #expect(due.count == DealBook.limit)
        due = book.due(at: .milliseconds(249))
        #expect(due.isEmpty)
        var closed = book.close(operation(0), isRefused: false, at: .zero)
        #expect(closed != nil)
        closed = book.close(operation(0), isRefused: false, at: .zero)
        #expect(closed == nil)
        due = book.due(at: .milliseconds(250))
        #expect(due.count == DealBook.limit - 1)
        due = book.due(at: .milliseconds(700))
        #expect(due.isEmpty)
        due = book.due(at: .milliseconds(750))
        #expect(due.first?.operation == operation(1))
    }

    /// A character stayed, and its world makes a void deal again at the new epoch. A refusal that was under way is about the
    /// old one: if it ended the new one, the world would be told of none, and it would take place all the same.
    @Test func aRefusalOfAnEarlierTryEndsNoLaterOne() {
        let north = ZoneProcess(ZoneName("north")!, Incarnation(rawValue: 1))
        func request(_ number: UInt64) -> DealRequest {
            DealRequest(
                north, operation(1),
                parties: [.init(ann, Epoch(generation: 1, number: number))], effects: Datagram())
        }
        for isSettled in [false, true] {
            var book = DealBook()
            book.add(request(1), at: .zero)
            for time in [0, 250, 750] {
                let due = book.due(at: .milliseconds(time))
                #expect(due == [request(1)])
            }
            var closed = book.close(operation(1), isRefused: true, at: .seconds(1))
            #expect(closed == request(1))
            book.add(request(2), at: .seconds(1))
            let due = book.due(at: .seconds(1))
            #expect(due == [request(2)])
            for _ in 0..<2 {
                closed = book.close(operation(1), isRefused: true, at: .seconds(1))
                #expect(closed == nil)
            }
            closed = book.close(operation(1), isRefused: !isSettled, at: .seconds(2))
            #expect(closed == request(2))
        }
    }

    /// What follows from the same thing has the same names.
    @Test func namesFollowFromCauses() {
        var (first, second) = (
            DealCause(requestOf: ann, LoginNumber(rawValue: 2), 3),
            DealCause(requestOf: ann, LoginNumber(rawValue: 2), 3)
        )
        let names = (0..<3).map { _ in first.nextName() }
        let again = (0..<3).map { _ in second.nextName() }
        #expect(names == again)
        #expect(Set(names).count == 3)
        var event = DealCause(event: 3, of: ann)
        let all = Set(names + [event.nextName(), event.nextName()])
        #expect(all.count == 5)
        for name in all.compactMap({ $0 }) { #expect(OperationID(key: name.key) == name) }
        // What takes the place of a deal that never took place has its name, and nothing else has.
        var own = DealCause(voidDeal: operation(3), of: ann)
        let places = [own.nextName(), own.nextName()]
        #expect(places == [operation(3), nil])
    }

    /// A void deal that is not named after the character has another name in its place: the same after a crash, or the deal
    /// that replaces it would take place twice.
    @Test func whatFollowsFromAnothersVoidDealHasTheSameNamesAgain() throws {
        let north = try #require(ZoneName("north"))
        let step = OperationID.zone(north, Incarnation(rawValue: 3), counter: 41)
        let bob = CharacterID(rawValue: 2)
        var seen: Set<OperationID> = []
        for (void, character) in [(step, ann), (step, bob), (operation(3), bob)] {
            var (first, again) = (
                DealCause(voidDeal: void, of: character), DealCause(voidDeal: void, of: character)
            )
            let names = [first.nextName(), first.nextName()]
            let repeated = [again.nextName(), again.nextName()]
            #expect(names == repeated)
            for name in names {
                let name = try #require(name)
                #expect(seen.insert(name).inserted)
                #expect(OperationID(key: name.key) == name)
                var bytes = Datagram()
                try bytes.append(name)
                var reader = bytes.reader
                let read: OperationID = try reader.read()
                #expect(read == name)
            }
        }
    }

    /// The world hears of it once, also if it has made the deal again.
    @Test func aDealWhoseEventWasToldIsNotVoid() {
        var dealings = Dealings(nil, at: .zero)
        _ = dealings.reader.due(at: .zero)
        dealings.receive(sheet([(1, operation(1))]), mark: 1, at: .zero)
        var heard = ends(&dealings)
        #expect(heard.map(\.1) == [.applied])
        dealings.add(OpenDeal(operation(1)))
        dealings.decide(operation(1), hasEvent: true, at: .zero)
        _ = dealings.reader.due(at: .zero)
        dealings.receive(sheet([]), mark: 2, at: .zero)
        heard = ends(&dealings)
        #expect(heard.isEmpty && dealings.open.isEmpty)
    }
}
