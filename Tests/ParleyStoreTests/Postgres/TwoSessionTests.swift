import LocalPostgres
import ParleyHandoff
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// Two sessions of one database at the same rows: what one SQLite connection never meets.
@Suite(.needsPostgres, .timeLimit(.minutes(10)))
struct TwoSessionTests {
    /// Two stores of one schema, as two world servers have them.
    private func withStores(
        _ body: (PostgresStore, PostgresStore, _ schema: String, PostgresServer) async throws ->
            Void
    ) async throws {
        try await TestPostgres.withStore { first, server in
            let schema = await first.schemaName
            try await TestPostgres.withStore({ $0.schema = schema }) { second, _ in
                try await body(first, second, schema, server)
            }
        }
    }

    /// Neither finds a row to lock, and one of them gets the name.
    @Test func aNewNameIsGivenToOneOfTwo() async throws {
        try await withStores { first, second, _, _ in
            for round in 0..<20 {
                func register(_ store: PostgresStore, mark: UInt64) async -> StoreOutcome<
                    ZoneProcess
                > {
                    await store.perform(
                        RegisterZone(
                            zone: zone("zone-\(round)"), address: "", capacity: 1, mark: mark))
                }
                async let left = register(first, mark: 1)
                async let right = register(second, mark: 2)
                let lives = await [left, right].compactMap(\.value)
                #expect(lives.map(\.incarnation.rawValue).count == 1, "round \(round)")
            }
        }
    }

    @Test func generationsDoNotGoBack() async throws {
        try await withStores { first, second, _, _ in
            async let left = first.perform(BeginGeneration(after: 1, next: 7))
            async let right = second.perform(BeginGeneration(after: 1, next: 3))
            let begun = await [left, right].compactMap(\.value)
            let now = try await first.done(ReadGeneration())
            #expect(begun == [now])
        }
    }

    /// While the deal waits for the row, its owner changes: nothing of the deal takes place.
    @Test func aFenceThatMatchesNoRowMovesNothing() async throws {
        try await withStores { store, _, schema, server in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let (bob, _) = try await store.player("bob", in: north)
            try await store.done(
                Deal(
                    DealTests.request(ann, 1), parties: [ann: owner],
                    effects: [.mint(DealTests.sword, kind: 1, to: .character(ann))]))
            let holder = try await LockHolder(
                "UPDATE owner SET number = number + 1, taken = number + 1 WHERE character = \(ann.rawValue)",
                in: schema, of: server)
            let give = Deal(
                DealTests.request(ann, 2), parties: [ann: owner],
                effects: [.move(DealTests.sword, from: .character(ann), to: .character(bob))])
            async let outcome = store.perform(give)
            try await server.waits(1, of: schema)
            try await holder.end(committing: true)
            guard case .refused(.notOwner(let now)) = await outcome else {
                Issue.record("a deal of an owner of the past took place")
                return
            }
            #expect(now.epoch == owner.epoch.next)
            let items = try await store.done(ReadPossessions(of: .character(bob))).items
            #expect(items == [])
        }
    }

    /// Deals in both directions and checkpoints of both: nobody waits in a circle.
    @Test func rowsAreLockedInOneOrder() async throws {
        try await withStores { first, second, _, _ in
            let north = try await first.readyZone("north")
            let (ann, annsOwner) = try await first.player("ann", in: north)
            let (bob, bobsOwner) = try await first.player("bob", in: north)
            let parties = [ann: annsOwner, bob: bobsOwner]
            for (number, character) in [ann, bob].enumerated() {
                try await first.done(
                    Deal(
                        DealTests.request(character, 1_000 + UInt64(number)), parties: parties,
                        effects: [.issue(DealTests.gold, 1_000, to: .character(character))]))
            }
            await withDiscardingTaskGroup { group in
                for number in 1...60 as ClosedRange<UInt64> {
                    let (from, to) = number % 2 == 0 ? (ann, bob) : (bob, ann)
                    group.addTask {
                        let pay = Deal(
                            DealTests.request(from, number), parties: parties,
                            effects: [
                                .pay(DealTests.gold, 1, from: .character(from), to: .character(to))
                            ])
                        let outcome = await (number % 3 == 0 ? first : second).perform(pay)
                        #expect(outcome == .done(.applied))
                    }
                    group.addTask {
                        let parts = parties.map {
                            Checkpoint.Character($0.key, $0.value.epoch, state("\(number)"))
                        }
                        let checkpoint = Checkpoint(
                            north, moment: number, zone: state(""), characters: parts)
                        // A late one is refused.
                        _ = await second.perform(checkpoint)
                    }
                }
            }
            #expect(await first.statistics.retries == 0)
            #expect(await second.statistics.retries == 0)
            #expect(await first.audit().value?.problems == [])
        }
    }

    /// The zone ends between the look at it and the commit: the sweep finds whom that leaves behind.
    @Test func aReadyZoneIsOnlyAHint() async throws {
        try await withStores { first, second, schema, server in
            let (north, south) = (
                try await first.readyZone("north"), try await first.readyZone("south")
            )
            let (ann, owner) = try await first.player("ann", in: north)
            // The commit has looked at the zone when it comes to its seal.
            let holder = try await LockHolder(sealOf: ann, in: schema, of: server)
            let commit = CommitHandoff(
                HandoffID(character: ann, epoch: owner.epoch.next, mark: 1), from: owner, to: south,
                login: firstLogin, seal: state("sealed"))
            async let outcome = first.perform(commit)
            try await server.waits(1, of: schema)
            try await second.done(EndZone(south, because: .died(south)))
            try await holder.end()
            let next = try #require(await outcome.value)
            #expect(try await second.done(Sweep()).map(\.owner) == [next])
            let entry = try await second.done(Recover(ann, of: next, to: north, mark: 2))
            #expect(entry?.state == state("sealed"))
        }
    }

    /// All transactions wait for a lock, and zones stay alive.
    @Test func heartbeatsDoNotWaitBehindTransactions() async throws {
        try await withStores { store, _, schema, server in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let holder = try await LockHolder(
                "UPDATE owner SET touched = 0", in: schema, of: server)
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { try await store.done(Fence(ann, owner)) }
                }
                try await server.waits(4, of: schema)
                for beat in 1...3 as ClosedRange<UInt64> {
                    try await store.done(Beat(north, number: beat, load: 1))
                }
                try await holder.end()
            }
        }
    }
}
