import CBenchmarkBaseline
import Foundation
import LocalPostgres
import ParleyHandoff
import ParleyPostgres
import ParleyStore

/// What a world server's look at a realm costs, each second, where all is well: nobody waits for a zone, and none is gone.
enum Surveys {
    /// Looks at so many `characters` in one zone, several times. `postgres` is 1 for a PostgreSQL.
    static func run(_ arguments: RoleArguments) async throws {
        let characters = arguments["characters"]
        let time: Int64
        if arguments["postgres"] == 1 {
            time = try await PostgresStores.withServer(arguments) { server in
                let store = try await PostgresStore(server.url())
                let time = try await survey(characters, in: store)
                await store.close()
                return time
            }
        } else {
            time = try await Stores.withFile { path in
                try await survey(characters, in: try await SQLiteStore(path: path))
            }
        }
        RoleProcess.say(["nanoseconds": time, "count": Int64(characters)])
    }

    private static func survey(_ characters: Int, in store: any Store) async throws -> Int64 {
        let zone = try await Stores.readyZone("north", store)
        try await fill(zone, with: characters, in: store)
        var times: [Double] = []
        for _ in 0..<21 {
            let began = bench_now()
            guard try await Stores.done(Survey(), store).characters.isEmpty else {
                throw ChildFailure("some character waits for a zone")
            }
            times.append(Double(bench_now() - began))
        }
        return Int64(times.median)
    }

    /// Lets characters enter, 64 at a time, and the zone write a state of each.
    private static func fill(
        _ zone: ZoneProcess, with characters: Int, in store: any Store
    ) async throws {
        let share = max(1, characters / 64)
        let parts = try await withThrowingTaskGroup(of: [Checkpoint.Character].self) { group in
            for first in stride(from: 0, to: characters, by: share) {
                let numbers = first..<min(first + share, characters)
                group.addTask {
                    try await Stores.players(numbers, in: zone, store).map {
                        Checkpoint.Character(
                            $0.character, $0.owner.epoch, StoredState(version: 1, bytes: [0]))
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for (moment, first) in stride(from: 0, to: parts.count, by: 1_000).enumerated() {
            let some = Array(parts[first..<min(first + 1_000, parts.count)])
            let state = StoredState(version: 1, bytes: [0])
            _ = try await Stores.done(
                Checkpoint(zone, moment: UInt64(moment + 1), zone: state, characters: some), store)
        }
    }
}
