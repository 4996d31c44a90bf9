import ParleyDatagrams
import ParleyHandoff
import ParleySockets
import ParleyStore
import Testing

@testable import ParleyZones

/// Deals that zones ask for.
@Suite struct StoreGateDealTests {
    private let gold = Currency(rawValue: 1)

    /// Runs `body` with characters 1 and 2 in north, which is ready.
    private func withPlayers(
        _ body: (StoreGate, ModelStore, ZoneProcess, [DealRequest.Party]) async throws -> Void
    ) async throws {
        let store = ModelStore(seed: 1, clock: SystemNetwork().clock)
        let gate = StoreGate(store: store)
        let north = ZoneProcess(try #require(ZoneName("north")), Incarnation(rawValue: 1))
        _ = await gate.answer(.register(north.zone, mark: 1))
        let accounts = AccountService(store: store, logins: .names)
        var parties: [DealRequest.Party] = []
        for name in ["ann", "bob"] {
            let login = await accounts.logIn(try #require(AccountName(name)), at: 0).value
            let record = try #require(login?.record)
            let enter = OwnershipRequest.enter(record.character, record.login, north, mark: 1)
            guard case .character(let answer) = await gate.answer(enter) else { return }
            parties.append(.init(record.character, try #require(answer.now?.epoch)))
        }
        try await body(gate, store, north, parties)
    }

    private func operation(_ party: DealRequest.Party, _ number: UInt64) -> OperationID {
        .request(
            character: party.character, login: LoginNumber(rawValue: 1), request: number, index: 0)
    }

    private func result(_ answer: DealAnswer?) -> DealResult? {
        guard case .settled(let bytes)? = answer?.verdict else { return nil }
        return DealResult(decoding: bytes)
    }

    @Test func aDealIsDoneOnce() async throws {
        try await withPlayers { gate, store, north, parties in
            let ann = Holder.character(parties[0].character)
            let bob = Holder.character(parties[1].character)
            let issue = DealRequest(
                north, operation(parties[0], 1), parties: parties,
                effects: try DealEffects.encoded([.issue(gold, 5, to: ann)]),
                note: Datagram(bytes: [7]))
            let first = await gate.perform(issue, from: north.zone, at: 0)
            #expect(result(first) == .applied)
            var repetition = issue
            repetition.effects = try DealEffects.encoded([.issue(gold, 500, to: ann)])
            #expect(await gate.perform(repetition, from: north.zone, at: 9) == first)
            let pay = DealRequest(
                north, operation(parties[0], 2), parties: parties,
                effects: try DealEffects.encoded([.pay(gold, 6, from: ann, to: bob)]))
            let balance = Balance(holder: ann, currency: gold, amount: 5)
            let poor = await gate.perform(pay, from: north.zone, at: 0)
            #expect(result(poor) == .notEnough(balance))
            let possessions = await store.perform(ReadPossessions(of: ann)).value
            #expect(possessions?.balances == [balance])
            // What lies on the ground belongs to the zone.
            let drop = DealRequest(
                north, .zone(north.zone, north.incarnation, counter: 1), parties: parties,
                includesZone: true,
                effects: try DealEffects.encoded([.pay(gold, 2, from: ann, to: .zone(north.zone))]))
            #expect(result(await gate.perform(drop, from: north.zone, at: 0)) == .applied)
        }
    }

    /// What no state waits for is forgotten; what one waits for is kept.
    @Test func oldDealsAreForgotten() async throws {
        try await withPlayers { gate, store, north, parties in
            let (ann, bob) = (parties[0], parties[1])
            let deal = DealRequest(
                north, operation(ann, 1), parties: [ann],
                effects: try DealEffects.encoded([.issue(gold, 5, to: ann.character)]))
            func amount() async -> Int64? {
                await store.perform(ReadPossessions(of: .character(ann.character))).value?
                    .amount(of: gold)
            }
            _ = await gate.perform(deal, from: north.zone, at: 10)
            await gate.trim(before: 20)
            _ = await gate.perform(deal, from: north.zone, at: 10)
            #expect(await amount() == 5)
            let owner = Owner(north, ann.epoch)
            let state = SealedPlayer(login: LoginNumber(rawValue: 1), outboxSeen: 1)
            _ = await gate.answer(.checkpoint(ann.character, owner, state))
            await gate.trim(before: 10)
            _ = await gate.perform(deal, from: north.zone, at: 10)
            #expect(await amount() == 5)
            // Seven days later no zone says it again: here one does, to show that its name is forgotten.
            await gate.trim(before: 11)
            _ = await gate.perform(deal, from: north.zone, at: 10)
            #expect(await amount() == 10)
            #expect(await store.audit().problems == [])
            // Only the zone that has a character reads its sheet.
            let request = SheetRequest(north, bob, mark: 1, seen: 0)
            #expect(await gate.read(request, for: north.zone)?.mark == 1)
            #expect(await gate.read(request, for: try #require(ZoneName("east"))) == nil)
        }
    }

    @Test func aZoneDealsForItsOwn() async throws {
        try await withPlayers { gate, _, north, parties in
            let ann = Holder.character(parties[0].character)
            let effects = try DealEffects.encoded([.destroy(gold, 1, from: ann)])
            let right = DealRequest(
                north, operation(parties[0], 1), parties: [parties[0]], effects: effects)
            let east = try #require(ZoneName("east"))
            func verdict(_ request: DealRequest, from zone: ZoneName) async
                -> DealAnswer.Verdict?
            {
                let answer = await gate.perform(request, from: zone, at: 0)
                #expect(answer?.operation == request.operation)
                return answer?.verdict
            }
            #expect(await verdict(right, from: east) == .refused(.malformed))
            var request = right
            request.parties = [parties[1]]
            #expect(await verdict(request, from: north.zone) == .refused(.malformed))
            request.parties = [parties[0], parties[0]]
            #expect(await verdict(request, from: north.zone) == .refused(.malformed))
            request = right
            request.parties[0].epoch = request.parties[0].epoch.next
            #expect(await verdict(request, from: north.zone) == .refused(.notOwner))
            request = right
            request.process.incarnation = Incarnation(rawValue: 2)
            #expect(await verdict(request, from: north.zone) == .refused(.notOwner))
            request = right
            request.effects = Datagram(bytes: [1, 99])
            #expect(await verdict(request, from: north.zone) == .refused(.malformed))
            // A refusal does not use the name up.
            let answer = await gate.perform(right, from: north.zone, at: 0)
            let none = Balance(holder: ann, currency: gold, amount: 0)
            #expect(result(answer) == .notEnough(none))
        }
    }
}
