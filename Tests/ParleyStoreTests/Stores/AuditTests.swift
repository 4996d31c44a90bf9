import ParleyHandoff
import Testing

@testable import ParleyStore

/// An audit finds what is wrong, and finds nothing wrong with a sound store.
@Suite struct AuditTests {
    private static func soundStore(_ path: String) async throws {
        let store = try await SQLiteStore(path: path)
        let north = try await store.readyZone("north")
        let (ann, owner) = try await store.player("ann", in: north)
        let holder = Holder.character(ann)
        try await store.done(
            Deal(
                DealTests.request(ann, 1), parties: [ann: owner],
                effects: [
                    .mint(DealTests.sword, kind: 1, to: holder),
                    .issue(DealTests.gold, 5, to: holder),
                ]))
        try await store.done(
            Checkpoint(
                north, moment: 1, zone: state(""),
                characters: [.init(ann, owner.epoch, state("ann"))]))
        await store.close()
    }

    @Test(arguments: [
        ("UPDATE balance SET amount = 6", "has 6 of currency 1, and the ledger says 5"),
        ("UPDATE balance SET amount = -5", "has -5 of currency 1"),
        ("DELETE FROM ledger WHERE entry = 0", "and the ledger says 0"),
        ("UPDATE item SET holder = 'character/9'", "character 9 has something and does not exist"),
        ("UPDATE item SET holder = 'nobody'", "“nobody” is no holder"),
        ("UPDATE owner SET taken = 7", "was taken after"),
        ("UPDATE owner SET incarnation = 7", "which never registered"),
        ("UPDATE owner SET access = 9", "the access of character 1"),
        ("UPDATE owner SET generation = 7", "in generation 1"),
        ("UPDATE checkpoint SET number = 7", "a state of character 1 is of number 7"),
        ("UPDATE checkpoint SET character = 7", "which does not exist"),
        ("UPDATE outbox SET number = 7", "has no event 7"),
        ("UPDATE outbox SET result = x'ff'", "format 255"),
        ("UPDATE account SET character = 7", "has no character"),
    ])
    func faultsAreFound(statement: String, problem: String) async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            try await Self.soundStore(path)
            let sound = try await SQLiteStore.audit(path: path)
            #expect(sound.problems == [])
            #expect(sound.epochs == [.init(rawValue: 1): Epoch(generation: 1, number: 1)])
            try SQLiteStoreTests.edit(path, statement)
            let problems = try await SQLiteStore.audit(path: path).problems
            #expect(problems.contains { $0.contains(problem) }, "\(problems)")
        }
    }

    @Test func epochsThatWentBackAreFound() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            try await Self.soundStore(path)
            let before = try await SQLiteStore.audit(path: path)
            try SQLiteStoreTests.edit(path, "UPDATE owner SET number = 0, taken = 0")
            let after = try await SQLiteStore.audit(path: path)
            #expect(
                after.regressions(since: before) == [
                    "character 1 went back from epoch 1.1 to epoch 1.0"
                ])
            #expect(before.regressions(since: after) == [])
            try SQLiteStoreTests.edit(path, "DELETE FROM owner WHERE character = 1")
            let gone = try await SQLiteStore.audit(path: path)
            #expect(gone.regressions(since: before) == ["character 1 is gone"])
        }
    }
}
