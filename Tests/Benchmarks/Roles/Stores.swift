import CBenchmarkBaseline
import Foundation
import ParleyHandoff
import ParleyStore

/// What a durable write costs, beside bare statements of the same kind.
enum Stores {
    /// Runs `body` with the path of a file in a new folder.
    static func withFile<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "parley-bench-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.appending(path: "store.db").path)
    }

    /// Hands characters over between two zones, `together` of them at a time.
    static func grants(_ arguments: RoleArguments) async throws {
        let (together, count) = (arguments["together"], arguments["iterations"])
        let bytes = [UInt8](repeating: 0, count: arguments["size"])
        let seal = StoredState(version: 1, bytes: bytes)
        try await withFile { path in
            let store = try await SQLiteStore(path: path)
            let time = try await grants(count, together: together, seal: seal, in: store)
            RoleProcess.say(["nanoseconds": time, "count": Int64(count)])
        }
    }

    /// The nanoseconds that so many handoffs take.
    static func grants(
        _ count: Int, together: Int, seal: StoredState, in store: any Store
    ) async throws -> Int64 {
        let zones = [try await readyZone("north", store), try await readyZone("south", store)]
        let players = try await players(0..<together, in: zones[0], store)
        let began = bench_now()
        try await withThrowingDiscardingTaskGroup { group in
            for (character, owner) in players {
                group.addTask {
                    var owner = owner
                    for round in 0..<count / together {
                        let target = zones[(round + 1) % 2]
                        owner = try await done(
                            CommitHandoff(
                                HandoffID(
                                    character: character, epoch: owner.epoch.next,
                                    mark: UInt64(round)), from: owner, to: target,
                                login: LoginNumber(rawValue: 1), seal: seal),
                            store)
                    }
                }
            }
        }
        return bench_now() - began
    }

    /// Writes checkpoints of 2 KiB a character.
    static func checkpoints(_ arguments: RoleArguments) async throws {
        let (characters, count) = (arguments["characters"], arguments["iterations"])
        try await withFile { path in
            let store = try await SQLiteStore(path: path)
            let zone = try await readyZone("north", store)
            let state = StoredState(version: 1, bytes: Array(repeating: 0, count: 2_048))
            let parts = try await players(0..<characters, in: zone, store).map {
                Checkpoint.Character($0.character, $0.owner.epoch, state)
            }
            let began = bench_now()
            for moment in 1...UInt64(count) {
                _ = try await done(
                    Checkpoint(zone, moment: moment, zone: state, characters: parts), store)
            }
            RoleProcess.say(["nanoseconds": bench_now() - began, "count": Int64(count)])
        }
    }

    /// A zone that takes characters.
    static func readyZone(_ name: String, _ store: any Store) async throws
        -> ZoneProcess
    {
        guard let name = ZoneName(name) else { throw ChildFailure("\(name) is no zone") }
        let registration = RegisterZone(zone: name, address: "here", capacity: 2_000, mark: 1)
        let life = try await done(registration, store)
        _ = try await done(SetZonePhase(life, to: .ready), store)
        return life
    }

    /// Characters that have entered a zone.
    static func players(
        _ numbers: Range<Int>, in zone: ZoneProcess, _ store: any Store
    ) async throws -> [(character: CharacterID, owner: Owner)] {
        let accounts = AccountService(store: store, logins: .names)
        var players: [(character: CharacterID, owner: Owner)] = []
        for number in numbers {
            guard let name = AccountName("player-\(number)"),
                let record = await accounts.logIn(name, at: 0).value?.record
            else { throw ChildFailure("a login was refused") }
            let enter = Enter(record.character, login: record.login, into: zone, mark: 1)
            players.append((record.character, try await done(enter, store).owner))
        }
        return players
    }

    /// Performs what has to succeed.
    static func done<Operation: StoreOperation>(
        _ operation: Operation, _ store: any Store
    ) async throws -> Operation.Done {
        let outcome = await store.perform(operation)
        guard let value = outcome.value else { throw ChildFailure("\(outcome)") }
        return value
    }
}

extension Role {
    /// The sides of a store.
    static var stores: [String: Play] {
        [
            "parley-grants": { try await Stores.grants($0) },
            "parley-checkpoints": { try await Stores.checkpoints($0) },
            "surveys": { try await Surveys.run($0) },
            "mixed-writes": { try await MixedWrites.run($0) },
            "c-grants": { arguments in
                let count = Int64(arguments["iterations"])
                try await Stores.withFile { path in
                    let time = bench_grants(
                        path, count, Int64(arguments["together"]), arguments.c("size"))
                    RoleProcess.say(["nanoseconds": time, "count": count])
                }
            },
            "c-checkpoints": { arguments in
                let count = Int64(arguments["iterations"])
                try await Stores.withFile { path in
                    let time = bench_checkpoints(path, count, Int64(arguments["characters"]))
                    RoleProcess.say(["nanoseconds": time, "count": count])
                }
            },
        ]
    }
}
