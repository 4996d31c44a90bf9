import Foundation
import ParleyDatagrams
import ParleyHandoff
import ParleySockets
import ParleyStore
import Testing

@testable import ParleyZones

/// Runs `body` with a store in a file that is removed afterwards.
func withFileStore<Result>(_ body: (SQLiteStore) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "parley-zones-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try await SQLiteStore(path: folder.appending(path: "store.db").path)
    let result = try await body(store)
    await store.close()
    return result
}

/// The stores answer as the table of the protocol specifies, through the gate.
@Suite struct StoreGateTests {
    /// A table and stores with the characters of the script.
    private func table() -> OwnershipTable {
        var table = OwnershipTable()
        for character in RequestScript.characters { table.add(character) }
        return table
    }

    private func fill(_ store: any Store) async throws {
        let accounts = AccountService(store: store, logins: .names)
        for character in RequestScript.characters {
            let name = try #require(AccountName("player-\(character.rawValue)"))
            #expect(await accounts.create(name).value == character)
        }
    }

    @Test(arguments: UInt64(1)...6)
    func theStoresAgreeWithTheTable(seed: UInt64) async throws {
        try await withFileStore { file in
            let model = ModelStore(seed: seed, clock: SystemNetwork().clock)
            try await fill(file)
            try await fill(model)
            let gates = [
                ("the model", StoreGate(store: model)), ("SQLite", StoreGate(store: file)),
            ]
            var table = table()
            var script = RequestScript(seed: seed)
            var done: [CharacterAnswer.Kind: Int] = [:]
            for step in 0..<800 {
                let request = script.next(table)
                let answer = table.apply(request)
                for (name, gate) in gates {
                    let other = try #require(await gate.answer(request))
                    try #require(
                        other == answer, "seed \(seed), step \(step): \(name) answers \(request)")
                }
                if case .character(let answer) = answer, answer.isDone {
                    done[answer.kind, default: 0] += 1
                }
            }
            #expect(await model.audit().problems == [])
            // The script reaches everything.
            for kind in CharacterAnswer.Kind.allCases {
                #expect(done[kind, default: 0] > 0, "\(kind)")
            }
        }
    }

    /// Checkpoints that share a transaction have the answers that each would have by itself.
    @Test(arguments: UInt64(1)...6)
    func checkpointsTogetherAgreeWithTheTable(seed: UInt64) async throws {
        let store = ModelStore(seed: seed, clock: SystemNetwork().clock)
        try await fill(store)
        let gate = StoreGate(store: store)
        var table = table()
        var script = RequestScript(seed: seed &+ 200)
        var waiting: [OwnershipRequest] = []
        var together = 0
        for step in 0..<3_000 {
            let request = script.next(table)
            let isNew = !waiting.contains {
                $0.characterKey?.character == request.characterKey?.character
            }
            if request.characterKey?.kind == .checkpoint, isNew {
                waiting.append(request)
                continue
            }
            let expected = waiting.map { table.apply($0) }
            #expect(await gate.answers(to: waiting) == expected, "seed \(seed), step \(step)")
            if waiting.count > 1 { together += 1 }
            waiting = []
            try #require(await gate.answer(request) == table.apply(request))
        }
        #expect(together > 3)
    }

    /// Lost calls, lost answers and transactions that begin again: the same requests, repeated until they are
    /// answered, end in the same rows.
    @Test(arguments: UInt64(1)...6)
    func repetitionsEndInTheSameRows(seed: UInt64) async throws {
        let faults = StoreFaults(
            lostAnswers: 0.3, lostCalls: 0.2, serialisationFailures: 0.3, patience: .zero)
        let store = ModelStore(seed: seed, clock: SystemNetwork().clock)
        try await fill(store)
        let gate = StoreGate(store: store)
        var table = table()
        var script = RequestScript(seed: seed &+ 100)
        var repetitions = 0
        for step in 0..<800 {
            let request = script.next(table)
            // Each login replaces the one before, also its own repetition; so does each generation.
            switch request {
            case .login, .raiseGeneration: await store.setFaults(.none)
            default: await store.setFaults(faults)
            }
            let answer = table.apply(request)
            var other: OwnershipAnswer?
            for _ in 0..<500 where other == nil {
                other = await gate.answer(request)
                repetitions += 1
            }
            try #require(other == answer, "seed \(seed), step \(step): \(request)")
        }
        #expect(repetitions > 1_000)
        await store.setFaults(.none)
        for request in RequestScript.characters.map({ OwnershipRequest.look($0) }) + [.survey] {
            #expect(await gate.answer(request) == table.apply(request))
        }
        #expect(await store.audit().problems == [])
    }

    @Test func aStoreThatCannotAnswerIsAskedAgain() async throws {
        let zone = try #require(ZoneName("north"))
        try await withFileStore { store in
            let gate = StoreGate(store: store)
            let registration = OwnershipRequest.register(zone, mark: 1)
            #expect(await gate.answer(registration) != nil)
            await store.close()
            for request in [registration, .look(CharacterID(rawValue: 1)), .survey] {
                #expect(await gate.answer(request) == nil)
            }
        }
        let full = ModelStore(seed: 1, clock: SystemNetwork().clock, capacity: 0)
        #expect(await StoreGate(store: full).answer(.raiseGeneration) == nil)
    }

    /// Stored bytes outlive code: these were written by each version.
    @Test func aStoredPlayerStaysReadable() throws {
        let operation = OperationID.request(
            character: CharacterID(rawValue: 1), login: LoginNumber(rawValue: 3), request: 5,
            index: 0)
        var player = SealedPlayer(
            login: LoginNumber(rawValue: 3), tick: 4, requests: 5, notices: 6,
            noticeTail: [Datagram(bytes: [7])], commands: [Datagram(bytes: [8])],
            deals: [OpenDeal(operation)],
            outboxSeen: 9, stateVersion: 10, state: Datagram(bytes: [11, 12]))
        let bytes: [UInt8] =
            [3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]
            + [6, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 7, 1, 0, 1, 0, 8, 1, 0]
            + [0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let end: [UInt8] = [9, 0, 0, 0, 0, 0, 0, 0, 10, 0, 2, 0, 0, 0, 11, 12]
        let first = StoredState(version: 1, bytes: bytes + end, requests: 5, outboxSeen: 9)
        #expect(try SealedPlayer(first) == player)
        player.name = "ann"
        player.deals[0].note = Datagram(bytes: [13])
        let second = StoredState(
            version: 2, bytes: [3, 97, 110, 110] + bytes + [1, 0, 13] + end, requests: 5,
            outboxSeen: 9)
        #expect(try player.stored() == second)
        #expect(try SealedPlayer(second) == player)
        for (version, bytes) in [
            (3, second.bytes), (0, bytes), (2, bytes), (1, bytes + [0]), (1, bytes.dropLast()),
            (1, []),
        ] {
            let other = StoredState(version: UInt16(version), bytes: Array(bytes))
            #expect(throws: DatagramError.self) { try SealedPlayer(other) }
        }
    }

    /// A character whose state this program cannot read is set aside: a zone that began without one would
    /// overwrite it.
    @Test func anUnreadableStateIsSetAside() async throws {
        let store = ModelStore(seed: 1, clock: SystemNetwork().clock)
        try await fill(store)
        let gate = StoreGate(store: store)
        let character = RequestScript.characters[0]
        let zone = try #require(ZoneName("north"))
        _ = await gate.answer(.register(zone, mark: 1))
        let place = ZoneProcess(zone, Incarnation(rawValue: 1))
        _ = await gate.answer(.login(character))
        let login = LoginNumber(rawValue: 1)
        _ = await gate.answer(.enter(character, login, place, mark: 1))
        let owner = Owner(place, Epoch(generation: 1, number: 1))
        let future = StoredState(version: 9, bytes: [1])
        let leave = Leave(character, owner, state: future, mark: 2)
        #expect(await store.perform(leave).value != nil)
        let enter = OwnershipRequest.enter(character, login, place, mark: 3)
        guard case .character(let answer) = await gate.answer(enter) else {
            Issue.record("no answer")
            return
        }
        #expect(!answer.isDone && answer.stored == nil)
        #expect(answer.now?.access == .quarantined && answer.now?.place == nil)
        #expect(await store.perform(Locate(character)).value?.failures == 0)
    }
}
