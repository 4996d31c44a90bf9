import ParleyHandoff
import Testing

@testable import ParleyStore

/// What calls that share a transaction owe each other.
@Suite struct SQLiteTransactionTests {
    /// The log of a failed commit may come back with the file. What is said after it is sure only if a later write lies
    /// over that log, also where the question itself writes nothing.
    @Test func afterAFailedCommitEvenAQuestionWrites() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            try await store.edit("PRAGMA foreign_keys = ON")
            try await store.edit("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
            try await store.edit(
                "CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
            // A trigger whose row only the commit finds wrong.
            try await store.edit(
                "CREATE TRIGGER fault AFTER UPDATE ON beat BEGIN INSERT INTO child VALUES (1); END")
            guard
                case .unknown(.commitFailed) = await store.perform(Beat(north, number: 1, load: 1))
            else {
                Issue.record("the commit did not fail")
                return
            }
            try await store.edit("DROP TRIGGER fault")
            let before = try await store.lastCharacter()
            try await store.done(Fence(ann, owner))
            #expect(try await store.lastCharacter() == before + 1)
            // Once is enough.
            try await store.done(Fence(ann, owner))
            #expect(try await store.lastCharacter() == before + 1)
            #expect(try await store.player("bob", in: north).owner.zone == north.zone)
        }
    }

    /// Checkpoints of one call: a row that cannot be read has no answer, and keeps nobody else's from being written.
    @Test func aRowThatCannotBeReadKeepsNoOtherCheckpoint() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            let north = try await store.readyZone("north")
            let (ann, annOwner) = try await store.player("ann", in: north)
            let (bob, bobOwner) = try await store.player("bob", in: north)
            try await store.edit("UPDATE owner SET access = 9 WHERE character = \(ann.rawValue)")
            let reports = try await store.done(
                CheckpointCharacters([
                    CheckpointCharacter(ann, annOwner, moment: 1, state: state("ann")),
                    CheckpointCharacter(bob, bobOwner, moment: 1, state: state("bob")),
                ]))
            #expect(reports[0] == nil)
            #expect(reports[1]?.isDone == true)
            #expect(try await store.done(Fence(bob, bobOwner)).isTaken)
        }
    }

    /// Calls that share a transaction: one fails in the middle, and the others take place once.
    @Test func aCallThatFailsTakesNoOtherWithIt() async throws {
        try await TemporaryFolder.with { folder in
            let store = try await SQLiteStore(path: folder.path("a.db"))
            let north = try await store.readyZone("north")
            var players: [(character: CharacterID, owner: Owner)] = []
            for number in 0..<20 {
                let (character, owner) = try await store.player("player-\(number)", in: north)
                players.append((character, owner))
            }
            let ill = players[10].character
            try await store.edit(
                "UPDATE owner SET access = 9 WHERE character = \(ill.rawValue)")
            let outcomes = await withTaskGroup(of: (Int, StoreOutcome<Owner>).self) { group in
                for (index, player) in players.enumerated() {
                    group.addTask {
                        let stay = Stay(player.character, player.owner, mark: UInt64(index) + 1)
                        return (index, await store.perform(stay))
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            guard case .refused(.unavailable) = outcomes[10] else {
                Issue.record("a row that cannot be read was read: \(outcomes)")
                return
            }
            for (index, player) in players.enumerated() where index != 10 {
                #expect(outcomes[index] == .done(player.owner.next))
                #expect(
                    try await store.done(Fence(player.character, player.owner.next)).epoch
                        == player.owner.next.epoch)
            }
        }
    }
}

extension SQLiteStore {
    /// Runs a statement beside the store's own.
    fileprivate func edit(_ statement: String) throws {
        try connection?.execute(statement)
    }

    /// The last number that a character got.
    fileprivate func lastCharacter() throws -> Int64 {
        var row = try #require(
            try connection?.rows(of: "SELECT last_character FROM realm").first)
        return try row.integer()
    }
}
