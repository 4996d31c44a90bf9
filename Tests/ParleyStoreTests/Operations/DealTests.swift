import ParleyDatagrams
import ParleyHandoff
import Testing

@testable import ParleyStore

@Suite struct DealTests {
    static let gold = Currency(rawValue: 1)
    static let sword = ItemID(rawValue: 0xF000_0000_0000_0001)

    static func request(_ character: CharacterID, _ number: UInt64) -> OperationID {
        .request(character: character, login: LoginNumber(rawValue: 1), request: number, index: 0)
    }

    @Test(arguments: StoreKind.allCases)
    func aDealTakesPlaceOnce(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let holder = Holder.character(ann)
            let deal = Deal(
                Self.request(ann, 1), parties: [ann: owner],
                effects: [
                    .mint(Self.sword, kind: 3, to: holder), .issue(Self.gold, 50, to: holder),
                ], note: [1, 2])
            #expect(try await store.done(deal) == .applied)
            #expect(try await store.done(deal) == .applied)
            // A zone that lost its memory may decide otherwise the second time. The first result counts.
            var again = deal
            again.effects = [.issue(Self.gold, 1_000, to: holder)]
            #expect(try await store.done(again) == .applied)
            let possessions = try await store.done(ReadPossessions(of: holder))
            #expect(possessions.items == [Item(id: Self.sword, kind: 3, holder: holder)])
            #expect(
                possessions.balances == [Balance(holder: holder, currency: Self.gold, amount: 50)])
            let events = try await store.done(PullOutbox(ann, owner, beyond: 0))
            #expect(events.map(\.number) == [1])
            #expect(events.first?.note == [1, 2])
            #expect(events.first?.result == .applied)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aTradeIsAllOrNothing(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, annOwner) = try await store.player("ann", in: north)
            let (bob, bobOwner) = try await store.player("bob", in: north)
            let parties = [ann: annOwner, bob: bobOwner]
            let (a, b) = (Holder.character(ann), Holder.character(bob))
            try await store.done(
                Deal(
                    Self.request(ann, 1), parties: parties,
                    effects: [.mint(Self.sword, kind: 3, to: a), .issue(Self.gold, 50, to: b)]))
            let expensive = Deal(
                Self.request(ann, 2), parties: parties,
                effects: [.move(Self.sword, from: a, to: b), .pay(Self.gold, 51, from: b, to: a)])
            let short = Balance(holder: b, currency: Self.gold, amount: 50)
            #expect(try await store.done(expensive) == .notEnough(short))
            #expect(try await store.done(ReadPossessions(of: a)).items.count == 1)
            let trade = Deal(
                Self.request(ann, 3), parties: parties,
                effects: [.move(Self.sword, from: a, to: b), .pay(Self.gold, 50, from: b, to: a)])
            #expect(try await store.done(trade) == .applied)
            #expect(try await store.done(ReadPossessions(of: b)).items.map(\.id) == [Self.sword])
            // A refusal is a result as well: it stays one when there is money.
            #expect(try await store.done(expensive) == .notEnough(short))
            let again = Deal(
                Self.request(ann, 4), parties: parties,
                effects: [.move(Self.sword, from: a, to: b)])
            #expect(try await store.done(again) == .itemElsewhere(Self.sword, b))
            let double = Deal(
                Self.request(ann, 5), parties: parties, effects: [.mint(Self.sword, kind: 1, to: a)]
            )
            #expect(try await store.done(double) == .itemExists(Self.sword))
            #expect(try await store.done(PullOutbox(bob, bobOwner, beyond: 2)).count == 3)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func onlyOwnersDeal(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            let holder = Holder.character(ann)
            let first = Deal(
                Self.request(ann, 1), parties: [ann: owner],
                effects: [.issue(Self.gold, 10, to: holder)])
            try await store.done(first)
            let next = try await store.done(
                CommitHandoff(
                    HandoffID(character: ann, epoch: owner.epoch.next, mark: 11), from: owner,
                    to: south, login: firstLogin, seal: state("sealed")))
            let late = Deal(
                Self.request(ann, 2), parties: [ann: owner],
                effects: [.destroy(Self.gold, 10, from: holder)])
            guard case .notOwner = try await store.refused(late) else { return }
            // What was done before is answered, also to an owner of the past.
            #expect(try await store.done(first) == .applied)
            var fresh = late
            fresh.parties = [ann: next]
            #expect(try await store.done(fresh) == .applied)
            #expect(
                try await store.done(ReadPossessions(of: holder)).balances.map(\.amount) == [0])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aZoneHoldsWhatLiesOnItsGround(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let (ground, holder) = (Holder.zone(zone("north")), Holder.character(ann))
            let drop = OperationID.zone(zone("north"), north.incarnation, counter: 1)
            #expect(
                try await store.done(
                    Deal(
                        drop, parties: [:], zone: north,
                        effects: [.mint(Self.sword, kind: 3, to: ground)])) == .applied)
            let pick = Deal(
                Self.request(ann, 1), parties: [ann: owner],
                effects: [.move(Self.sword, from: ground, to: holder)])
            #expect(try await store.refused(pick) == .notEntitled(ground))
            var allowed = pick
            allowed.zone = north
            #expect(try await store.done(allowed) == .applied)
            try await store.done(SetZonePhase(north, to: .gone))
            var late = allowed
            late.operation = Self.request(ann, 2)
            guard case .zoneNotReady = try await store.refused(late) else {
                Issue.record("a zone that is gone dealt")
                return
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func impossibleDealsAreMalformed(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let holder = Holder.character(ann)
            let nobody = CharacterID(rawValue: 99)
            let effects: [[DealEffect]] = [
                [.issue(Self.gold, 0, to: holder)], [.issue(Self.gold, .min, to: holder)],
                [.destroy(Self.gold, .min, from: holder)],
                [.pay(Self.gold, 1, from: holder, to: holder)],
                Array(repeating: .issue(Self.gold, 1, to: holder), count: Deal.mostEffects + 1),
            ]
            for effects in effects {
                let deal = Deal(Self.request(ann, 1), parties: [ann: owner], effects: effects)
                guard case .malformed = try await store.refused(deal) else {
                    Issue.record("it was not refused as malformed")
                    return
                }
            }
            let alien = Deal(
                Self.request(nobody, 1), parties: [ann: owner],
                effects: [.issue(Self.gold, 1, to: holder)])
            guard case .malformed = try await store.refused(alien) else { return }
            let gift = Deal(
                Self.request(ann, 1), parties: [ann: owner],
                effects: [.issue(Self.gold, 1, to: .character(nobody))])
            #expect(try await store.refused(gift) == .noSuchCharacter(nobody))
            let rich = Deal(
                Self.request(ann, 2), parties: [ann: owner],
                effects: [
                    .issue(Self.gold, .max, to: holder), .issue(Self.gold, 1, to: holder),
                ])
            let most = Balance(holder: holder, currency: Self.gold, amount: .max)
            #expect(try await store.done(rich) == .tooMuch(most))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theOutboxKeepsWhatNoStateContains(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            for number in 1...3 {
                try await store.done(
                    Deal(
                        Self.request(ann, UInt64(number)), parties: [ann: owner],
                        effects: [.issue(Self.gold, 1, to: .character(ann))]))
            }
            #expect(try await store.done(TrimOutbox()) == 0, "no state contains an event")
            try await store.done(
                Checkpoint(
                    north, moment: 1, zone: state(""),
                    characters: [.init(ann, owner.epoch, state("a", seen: 2))]))
            #expect(try await store.done(TrimOutbox()) == 2)
            #expect(try await store.done(PullOutbox(ann, owner, beyond: 0)).map(\.number) == [3])
            #expect(try await store.done(PullOutbox(ann, owner, beyond: 3)) == [])
        }
    }

    /// A deal without effects keeps its name, and a zone may name a deal of a character that it has.
    @Test(arguments: StoreKind.allCases)
    func aDealWithoutEffectsIsDoneOnce(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            let deal = Deal(
                .zone(north.zone, north.incarnation, counter: 1), parties: [ann: owner],
                effects: [])
            #expect(try await store.done(deal) == .applied)
            #expect(try await store.done(deal) == .applied)
            #expect(try await store.done(PullOutbox(ann, owner, beyond: 0)).count == 1)
            let alien = Deal(
                .zone(south.zone, south.incarnation, counter: 1), parties: [ann: owner],
                effects: [])
            guard case .malformed = try await store.refused(alien) else {
                Issue.record("a zone dealt in another's name")
                return
            }
        }
    }

    /// Old deals are forgotten, but not the balances that they made, nor a result that waits.
    @Test(arguments: StoreKind.allCases)
    func oldDealsAreForgotten(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            func issue(_ number: UInt64, seen: UInt64) async throws {
                let deal = Deal(
                    Self.request(ann, number), parties: [ann: owner],
                    effects: [.issue(Self.gold, Int64(number), to: .character(ann))],
                    date: Int64(number) * 100)
                #expect(try await store.done(deal) == .applied)
                try await store.done(
                    CheckpointCharacter(
                        ann, owner, moment: number, state: state("\(number)", seen: seen)))
                try await store.done(TrimOutbox())
            }
            for number in 1...4 as ClosedRange<UInt64> { try await issue(number, seen: number) }
            try await issue(5, seen: 4)
            #expect(try await store.done(TrimDeals(before: 100)) == 0)
            #expect(try await store.done(TrimDeals(before: 301, limit: 2)) == 2)
            #expect(try await store.done(TrimDeals(before: 301, limit: 2)) == 1)
            #expect(try await store.done(TrimDeals(before: 1_000)) == 1, "the last result waits")
            let contents = try await store.done(ReadContents())
            #expect(contents.ledger.map(\.change) == [5, 10])
            #expect(StoreAudit(contents).problems == [])
            let repetition = Deal(
                Self.request(ann, 5), parties: [ann: owner], effects: [], date: 9_999)
            #expect(try await store.done(repetition) == .applied)
            #expect(try await store.done(ReadContents()) == contents)
        }
    }

    /// What a zone sends, and what it is answered.
    @Test func dealsTravel() throws {
        let (ann, north) = (Holder.character(CharacterID(rawValue: 7)), Holder.zone(zone("north")))
        let item = ItemID(rawValue: .max)
        let effects: [DealEffect] = [
            .mint(item, kind: 9, to: ann), .move(item, from: ann, to: north),
            .burn(item, from: north), .issue(Self.gold, .max, to: ann),
            .pay(Self.gold, 3, from: ann, to: north), .destroy(Self.gold, .min, from: north),
        ]
        let encoded = try DealEffects.encoded(effects)
        #expect(try DealEffects.decoded(encoded) == effects)
        let first: [UInt8] =
            [6, 0, 255, 255, 255, 255, 255, 255, 255, 255, 9, 0, 0, 0, 0]
            + [7, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(Array(encoded.bytes.prefix(24)) == first)
        for count in 0..<encoded.count {
            #expect(throws: DatagramError.self) {
                try DealEffects.decoded(Datagram(bytes: encoded.bytes.prefix(count)))
            }
        }
        for bytes in [[1, 6], [65], encoded.bytes + [0], [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2]] {
            #expect(throws: DatagramError.self) {
                try DealEffects.decoded(Datagram(bytes: bytes))
            }
        }
        let many = Array(repeating: effects[0], count: Deal.mostEffects + 1)
        #expect(throws: DatagramError.self) { try DealEffects.encoded(many) }
        for result in [
            DealResult.applied, .itemExists(item), .itemElsewhere(item, nil),
            .itemElsewhere(item, north),
            .notEnough(Balance(holder: ann, currency: Self.gold, amount: 3)),
        ] {
            let bytes = try result.encoded()
            #expect(bytes.count <= DealAnswer.resultLimit)
            #expect(DealResult(decoding: bytes) == result)
            #expect(DealResult(decoding: Datagram(bytes: bytes.bytes + [0])) == nil)
        }
    }
}
