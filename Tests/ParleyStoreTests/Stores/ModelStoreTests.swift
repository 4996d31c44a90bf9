import ParleyHandoff
import ParleySimulation
import ParleySockets
import Testing

@testable import ParleyStore

@Suite struct ModelStoreTests {
    /// A store that answers after three seconds, for a minute: calls wait, those beyond the bound are told, and
    /// nothing is done twice.
    @Test func aSlowMinuteLosesNothing() throws {
        let simulation = Simulation(seed: 3)
        try simulation.run { simulation in
            let store = ModelStore(seed: 3, clock: simulation.clock, capacity: 10)
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            await store.setFaults(StoreFaults(latency: .seconds(3) ... .seconds(3)))
            let start = simulation.clock.now
            var (applied, overloaded) = (0, 0)
            var request: UInt64 = 0
            while start.duration(to: simulation.clock.now) < .seconds(60) {
                let batch = (0..<15).map { request + UInt64($0) }
                request += 15
                let outcomes = await Self.issueGold(batch, ann, owner, store)
                applied += outcomes.count { $0 == .done(.applied) }
                overloaded += outcomes.count { $0 == .refused(.overloaded(waiting: 10)) }
            }
            #expect(applied == 200 && overloaded == 100)
            await store.setFaults(.none)
            let before = simulation.clock.now
            #expect(
                try await store.done(ReadPossessions(of: .character(ann))).balances.map(\.amount)
                    == [200])
            #expect(simulation.clock.now == before)
        }
    }

    private static func issueGold(
        _ requests: [UInt64], _ character: CharacterID, _ owner: Owner, _ store: ModelStore
    ) async -> [StoreOutcome<DealResult>] {
        await withTaskGroup(of: StoreOutcome<DealResult>.self) { group in
            for request in requests {
                group.addTask {
                    await store.perform(
                        Deal(
                            DealTests.request(character, request), parties: [character: owner],
                            effects: [.issue(DealTests.gold, 1, to: .character(character))]))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Answers get lost after their effects, and transactions meet: whoever asks again gets the first result.
    @Test(arguments: UInt64(1)...20)
    func lostAnswersAreSettledByAskingAgain(seed: UInt64) throws {
        let simulation = Simulation(seed: seed)
        try simulation.run { simulation in
            let store = ModelStore(seed: seed, clock: simulation.clock)
            let north = try await store.readyZone("north")
            let south = try await store.readyZone("south")
            var (ann, owner) = try await store.player("ann", in: north)
            await store.setFaults(
                StoreFaults(
                    latency: .milliseconds(1) ... .milliseconds(9), lostAnswers: 0.4,
                    lostCalls: 0.2,
                    serialisationFailures: 0.3, patience: .milliseconds(200)))
            for round in 1...20 as ClosedRange<UInt64> {
                let target = owner.zone == north.zone ? south : north
                let commit = CommitHandoff(
                    HandoffID(character: ann, epoch: owner.epoch.next, mark: round), from: owner,
                    to: target, login: firstLogin, seal: state("\(round)"))
                owner = try await Self.insist(commit, store)
                let deal = Deal(
                    DealTests.request(ann, round), parties: [ann: owner],
                    effects: [.issue(DealTests.gold, 1, to: .character(ann))])
                #expect(try await Self.insist(deal, store) == .applied)
            }
            await store.setFaults(.none)
            #expect(await store.serialisationFailures > 0)
            let row = try await store.done(Fence(ann, owner))
            #expect(row.epoch.number == 21 && row.outbox == 20)
            #expect(
                try await store.done(ReadPossessions(of: .character(ann))).balances.map(\.amount)
                    == [20])
            #expect(await store.audit().problems == [])
        }
    }

    private static func insist<Operation: StoreOperation>(
        _ operation: Operation, _ store: ModelStore
    ) async throws -> Operation.Done {
        for _ in 0..<100 {
            let outcome = await store.perform(operation)
            if case .unknown(.noAnswer) = outcome { continue }
            return try #require(outcome.value, "\(outcome)")
        }
        throw StoreRefusal.unavailable("no answer in a hundred attempts")
    }

    @Test func aFailoverPausesAndKeepsAll() throws {
        let simulation = Simulation(seed: 5)
        try simulation.run { simulation in
            let store = ModelStore(seed: 5, clock: simulation.clock)
            let north = try await store.readyZone("north")
            await store.failOver(for: .seconds(30))
            let start = simulation.clock.now
            try await store.done(Beat(north, number: 1, load: 1))
            #expect(start.duration(to: simulation.clock.now) == .seconds(30))
        }
    }

    @Test func aCancelledCallIsUnknown() throws {
        let simulation = Simulation(seed: 6)
        try simulation.run { simulation in
            let store = ModelStore(
                seed: 6, clock: simulation.clock,
                faults: StoreFaults(latency: .seconds(9) ... .seconds(9)))
            let outcome = await withTaskGroup(of: StoreOutcome<UInt32>?.self) { group in
                group.addTask { await store.perform(ReadGeneration()) }
                try? await simulation.clock.sleep(for: .seconds(1))
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(outcome == .unknown(.cancelled))
        }
    }
}
