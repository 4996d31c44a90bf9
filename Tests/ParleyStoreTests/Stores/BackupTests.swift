import Foundation
import ParleyHandoff
import ParleySockets
import Testing

@testable import ParleyStore

/// Copies of a store that works, and what becomes of a realm that goes back to one.
@Suite struct BackupTests {
    private static func issue(
        _ store: some Store, _ character: CharacterID, _ owner: Owner, _ number: UInt64
    ) async -> StoreOutcome<DealResult> {
        await store.perform(
            Deal(
                DealTests.request(character, number), parties: [character: owner],
                effects: [.issue(DealTests.gold, 1, to: .character(character))]))
    }

    /// Deals go on meanwhile: the copy is of one moment, in which each balance is the sum of its ledger.
    @Test func aCopyIsSoundWhileTheStoreWorks() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...200 as ClosedRange<UInt64> {
                    group.addTask {
                        let outcome = await Self.issue(store, ann, owner, number)
                        #expect(outcome == .done(.applied))
                    }
                }
                for number in 1...3 {
                    group.addTask { try await store.backUp(named: "copy-\(number).db") }
                }
                try await group.waitForAll()
            }
            for number in 1...3 {
                let copy = folder.path("copy-\(number).db")
                let attributes = try FileManager.default.attributesOfItem(atPath: copy)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
                let audit = try await SQLiteStore.audit(path: copy)
                #expect(audit.problems == [] && audit.epochs.count == 1)
            }
            #expect(
                try await store.done(ReadPossessions(of: .character(ann))).balances.first?.amount
                    == 200)
            #expect(store.statistics.waiting == 0 && store.statistics.batches.count > 3)
        }
    }

    @Test func nothingIsOverwritten() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a'b.db"))
            try Data([1, 2, 3]).write(to: URL(filePath: folder.path("taken")))
            for path in [
                folder.path("taken"), folder.path("a'b.db"), folder.path("no/file"),
                folder.path("a") + "\0b",
            ] {
                await #expect(throws: StoreBackupError.self) { try await store.backUp(to: path) }
            }
            #expect(try Data(contentsOf: URL(filePath: folder.path("taken"))) == Data([1, 2, 3]))
            // A quotation mark is a part of the name.
            try await store.backUp(to: folder.path("it's.db"))
            #expect(try await SQLiteStore.audit(path: folder.path("it's.db")).problems == [])
            try await store.done(ListZones())
            await store.close()
            await #expect(throws: StoreBackupError.self) {
                try await store.backUp(to: folder.path("late.db"))
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path("late.db")))
        }
    }

    /// SQLite takes some names for files of its own: it would delete such a copy, or keep it in memory.
    @Test func aCopyIsNoFileOfTheLibrarys() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            for name in ["a.db-journal", "a.db-wal", "a.db-shm", "b.db-journal", "b.db-WAL"] {
                await #expect(throws: StoreBackupError.self) { try await store.backUp(named: name) }
                #expect(!FileManager.default.fileExists(atPath: folder.path("b.db-journal")))
            }
            await store.close()
        }
    }

    @Test func aCopyIsInAFile() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            let name = ":memory:"
            defer { try? FileManager.default.removeItem(atPath: name) }
            try await store.backUp(to: name)
            let attributes = try FileManager.default.attributesOfItem(atPath: name)
            #expect(attributes[.size] as? Int != 0)
            await store.close()
        }
    }

    /// Yesterday's backup is restored while the processes of today run: none of them passes a fence.
    @Test func processesOfBeforeARestorePassNoFence() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            _ = await Self.issue(store, ann, owner, 1)
            try await store.backUp(named: "yesterday.db")
            // Today: a deal, and a crossing.
            _ = await Self.issue(store, ann, owner, 2)
            let id = HandoffID(character: ann, epoch: owner.epoch.next, mark: 5)
            let moved = try await store.done(
                CommitHandoff(id, from: owner, to: south, login: firstLogin, seal: state("today")))
            await store.close()

            let restored = try await SQLiteStore(path: folder.path("yesterday.db"))
            #expect(try await restored.done(BeginGeneration(after: 1)) == 2)
            for (zone, owner) in [(north, owner), (south, moved)] {
                #expect(await restored.perform(Beat(zone, number: 99, load: 0)).value == nil)
                #expect(await restored.perform(Fence(ann, owner)).value == nil)
                #expect(await Self.issue(restored, ann, owner, 3).value == nil)
                let leave = Leave(ann, owner, state: state("old"), mark: 8)
                #expect(await restored.perform(leave).value == nil)
                let checkpoint = Checkpoint(
                    zone, moment: 99, zone: state("old"),
                    characters: [.init(ann, owner.epoch, state("old"))])
                #expect(await restored.perform(checkpoint).value == nil)
            }
            let again = CommitHandoff(
                id, from: owner, to: south, login: firstLogin, seal: state("today"))
            #expect(await restored.perform(again).value == nil)
            #expect(
                try await restored.done(ReadPossessions(of: .character(ann))).balances.first?.amount
                    == 1)
            // A new process and a new login go on.
            let next = try await restored.readyZone("north", mark: 9)
            #expect(next.incarnation > north.incarnation && next.incarnation > south.incarnation)
            let login = try await restored.done(BeginSession(ann)).login
            let entry = try await restored.done(Enter(ann, login: login, into: next, mark: 9))
            #expect(entry.owner.epoch > moved.epoch)
            await restored.close()
            let audit = try await SQLiteStore.audit(path: folder.path("yesterday.db"))
            #expect(audit.problems == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func operatorsSeeWhatWaits(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let empty = StoreHealth(quarantined: 0, waitingEvents: 0, oldestEvent: nil)
            #expect(try await store.done(ReadHealth()) == empty)
            for date in [300, 200, 250] as [Int64] {
                try await store.done(
                    Deal(
                        DealTests.request(ann, UInt64(date)), parties: [ann: owner],
                        effects: [.issue(DealTests.gold, 1, to: .character(ann))], date: date))
            }
            let (bob, bobOwner) = try await store.player("bob", in: north)
            try await store.done(Quarantine(bob, at: bobOwner.epoch))
            #expect(
                try await store.done(ReadHealth())
                    == StoreHealth(quarantined: 1, waitingEvents: 3, oldestEvent: 200))
        }
    }
}
