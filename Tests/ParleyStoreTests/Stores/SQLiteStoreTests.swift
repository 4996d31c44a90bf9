import Foundation
import ParleyHandoff
import ParleySockets
import Testing

@testable import ParleyStore

@Suite struct SQLiteStoreTests {
    @Test func whatWasAcknowledgedSurvivesACrash() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            try await store.done(
                Checkpoint(
                    north, moment: 1, zone: state("zone"),
                    characters: [.init(ann, owner.epoch, state("ann"))]))
            // The store is not closed: its log is as a power cut leaves it.
            try folder.copyStore(from: "a.db", to: "b.db")
            let copy = try await SQLiteStore(path: folder.path("b.db"))
            #expect(try await copy.done(Fence(ann, owner)).isTaken)
            #expect(try await copy.done(ReadZone(zone("north"))) == state("zone"))
            await copy.close()
            #expect(try await SQLiteStore.audit(path: folder.path("b.db")).problems == [])
        }
    }

    @Test func callersThatArriveTogetherAllGetTheirOutcome() async throws {
        try await TemporaryFolder.with { folder in
            var configuration = SQLiteStore.Configuration()
            // More callers than one transaction takes.
            configuration.mostTogether = 16
            let store = try await SQLiteStore(
                path: folder.path("a.db"), configuration: configuration)
            let north = try await store.readyZone("north")
            await store.expectPlayersAtOnce(100)
            try await store.done(Beat(north, number: 1, load: 100))
        }
    }

    /// A server's tasks prefer its loop. Then the runtime enqueues anew where an actor with a thread of its own begins
    /// to wait: a call that is in the queue already can have its turn before it waits for it.
    @Test(.timeLimit(.minutes(2))) func aTurnThatComesBeforeItsWaitIsNotLost() async throws {
        try await TemporaryFolder.with { folder in
            var configuration = SQLiteStore.Configuration()
            configuration.mostTogether = 1
            let store = try await SQLiteStore(
                path: folder.path("a.db"), configuration: configuration)
            let north = try await store.readyZone("north")
            let loops = try (0..<4).map { (_) throws(SystemError) in try EventLoop() }
            for _ in 0..<2_000 {
                try await withThrowingDiscardingTaskGroup { group in
                    for loop in loops + loops {
                        group.addTask(executorPreference: loop.taskExecutor) {
                            for _ in 0..<Int.random(in: 0..<30) { await Task.yield() }
                            _ = try await store.done(Beat(north, number: 1, load: 1))
                        }
                    }
                }
            }
        }
    }

    @Test func aFullFileRefusesAndGoesOn() async throws {
        try await TemporaryFolder.with { folder in
            var configuration = SQLiteStore.Configuration()
            configuration.mostBytes = 60 * 4_096
            let store = try await SQLiteStore(
                path: folder.path("a.db"), configuration: configuration)
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let large = StoredState(version: 1, bytes: Array(repeating: 7, count: 200_000))
            let checkpoint = Checkpoint(
                north, moment: 1, zone: large, characters: [.init(ann, owner.epoch, large)])
            guard case .storageFull = try await store.refused(checkpoint) else {
                Issue.record("a full file took a checkpoint")
                return
            }
            // Nothing of it took place, and what needs no room goes on. So do calls beside one that is full.
            #expect(try await store.done(ReadZone(zone("north"))) == nil)
            #expect(try await store.done(Fence(ann, owner)).isTaken == false)
            async let full = store.perform(checkpoint)
            async let beats = (
                store.perform(Beat(north, number: 1, load: 1)),
                store.perform(Beat(north, number: 2, load: 2))
            )
            #expect(await full.value == nil)
            #expect(await beats.0.value != nil)
            #expect(await beats.1.value != nil)
        }
    }

    @Test func aSecondStoreOfOneFileIsRefused() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            await #expect(throws: StoreOpenError(path: folder.path("a.db"), reason: .locked)) {
                try await SQLiteStore(path: folder.path("a.db"))
            }
            // Trying did not take the first one's lock away.
            let north = try await store.readyZone("north")
            await store.close()
            let next = try await SQLiteStore(path: folder.path("a.db"))
            try await next.done(Beat(north, number: 3, load: 0))
            let closed = await store.perform(ListZones())
            #expect(closed == .refused(.unavailable("the store is closed")))
        }
    }

    @Test(.enabled(if: OtherProcess.isPossible, "python3 is the second process"))
    func theFileBelongsToOneProcess() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            let store = try await SQLiteStore(path: path)
            #expect(try OtherProcess.open(path).contains("locked"))
            await store.close()
            let other = try OtherProcess(locking: path)
            defer { other.end() }
            await #expect(throws: StoreOpenError(path: path, reason: .locked)) {
                try await SQLiteStore(path: path)
            }
        }
    }

    @Test func othersCannotReadTheFile() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            try await store.done(ListZones())
            for name in ["a.db", "a.db-wal"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
        }
    }

    @Test func anOverloadedStoreSaysSo() async throws {
        try await TemporaryFolder.with { folder in
            var configuration = SQLiteStore.Configuration()
            configuration.mostWaiting = 0
            let store = try await SQLiteStore(
                path: folder.path("a.db"), configuration: configuration)
            let refusal = try await store.refused(ListZones())
            #expect(refusal == .overloaded(waiting: 0))
            #expect("\(refusal)" == "the store is overloaded: 0 calls wait")
        }
    }

    @Test func aForeignFileIsNotTouched() async throws {
        try await TemporaryFolder.with { folder in
            let text = Data(repeating: UInt8(ascii: "x"), count: 10_000)
            let file = URL(filePath: folder.path("notes.txt"))
            try text.write(to: file)
            guard case .unreadable = await Self.reasonNotToOpen(file.path) else {
                Issue.record("a text was opened as a store")
                return
            }
            #expect(try Data(contentsOf: file) == text)
            guard case .failed = await Self.reasonNotToOpen(folder.path("no/such/folder.db")) else {
                Issue.record("a store was made in no folder")
                return
            }
        }
    }

    private static func reasonNotToOpen(_ path: String) async -> StoreOpenError.Reason? {
        do throws(StoreOpenError) {
            _ = try await SQLiteStore(path: path)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func tablesOfANewerVersionAreRefused() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            await (try SQLiteStore(path: path)).close()
            try Self.edit(path, "UPDATE realm SET version = 99")
            try Self.edit(path, "UPDATE compatibility SET oldest = 99")
            do {
                _ = try await SQLiteStore(path: path)
                Issue.record("tables of a newer version were opened")
            } catch {
                #expect("\(error)".contains("version 99"))
            }
        }
    }

    @Test func rowsThatCannotBeReadAreRefusedOneByOne() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("a.db")
            var store = try await SQLiteStore(path: path)
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let deal = Deal(
                DealTests.request(ann, 1), parties: [ann: owner],
                effects: [.issue(DealTests.gold, 5, to: .character(ann))])
            try await store.done(deal)
            await store.close()
            try Self.edit(path, "UPDATE operation SET result = x'0900'")
            store = try await SQLiteStore(path: path)
            guard case .unavailable(let reason) = try await store.refused(deal) else {
                Issue.record("a result of another format was read")
                return
            }
            #expect(reason.contains("format 9"))
            #expect(try await store.done(Fence(ann, owner)).outbox == 1)
        }
    }

    /// Runs a statement on a store that is closed.
    static func edit(_ path: String, _ statement: String) throws {
        let connection = try SQLiteConnection(path: path, mostBytes: nil)
        try connection.execute(statement)
    }
}

/// A program beside this one that uses the same file.
struct OtherProcess {
    private let process: Process

    static var isPossible: Bool {
        (try? run("import sqlite3", [])) == ""
    }

    /// Tries to write the file; returns the errors that it prints.
    static func open(_ path: String) throws -> String {
        try run(
            "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')",
            [path])
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let (process, errors) = make(program, arguments)
        process.standardError = errors
        try process.run()
        let text = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }

    private static func make(_ program: String, _ arguments: [String]) -> (Process, Pipe) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        return (process, Pipe())
    }

    /// Holds the file's lock until `end()`.
    init(locking path: String) throws {
        let pipe: Pipe
        (process, pipe) = Self.make(
            """
            import sqlite3, sys, time
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.execute('BEGIN IMMEDIATE')
            print('locked', flush=True)
            time.sleep(600)
            """, [path])
        process.standardOutput = pipe
        try process.run()
        // Until it has the lock.
        _ = try pipe.fileHandleForReading.read(upToCount: 6)
    }

    func end() {
        // Not SIGTERM: a child may inherit a mask that holds it back.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
