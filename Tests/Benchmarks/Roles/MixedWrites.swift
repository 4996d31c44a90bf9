import CBenchmarkBaseline
import Foundation
import LocalPostgres
import ParleyHandoff
import ParleyPostgres
import ParleyStore
import Synchronization

/// What a handoff waits for while a zone writes its checkpoints into the same store.
enum MixedWrites {
    /// Commits `rate` handoffs a second for `nanoseconds`, and with `checkpoints` writes that many states of 2 KB each
    /// second, as many to a transaction as a world server has written so. `postgres` is 1 for a PostgreSQL, `standby` for
    /// one that waits for another.
    static func run(_ arguments: RoleArguments) async throws {
        let outcome: [String: Int64]
        if arguments["postgres"] == 1 {
            outcome = try await PostgresStores.withServer(arguments) { server in
                let store = try await PostgresStore(server.url())
                let outcome = try await measure(arguments, store)
                await store.close()
                return outcome
            }
        } else {
            outcome = try await Stores.withFile { path in
                try await measure(arguments, try await SQLiteStore(path: path))
            }
        }
        RoleProcess.say(outcome)
    }

    /// The times of all commits and checkpoints, in nanoseconds.
    private final class Times: Sendable {
        private let times = Mutex<(commits: [Double], checkpoints: [Double])>(([], []))

        func noteCommit(_ time: Int64) { times.withLock { $0.commits.append(Double(time)) } }
        func noteCheckpoint(_ time: Int64) {
            times.withLock { $0.checkpoints.append(Double(time)) }
        }

        var report: [String: Int64] {
            let (commits, checkpoints) = times.withLock { $0 }
            func nanoseconds(_ times: [Double], _ part: Double) -> Int64 {
                times.isEmpty ? 0 : Int64(times.quantile(part))
            }
            return [
                "p50": nanoseconds(commits, 0.5), "p99": nanoseconds(commits, 0.99),
                "worst": nanoseconds(commits, 1), "checkpoint": nanoseconds(checkpoints, 0.5),
            ]
        }
    }

    /// How many characters cross. Each does so again and again, so none has to wait for itself.
    private static let crossing = 128

    private static func measure(
        _ arguments: RoleArguments, _ store: any Store
    ) async throws -> [String: Int64] {
        let zones = [
            try await Stores.readyZone("north", store), try await Stores.readyZone("south", store),
        ]
        let (staying, times) = (arguments["checkpoints"], Times())
        let players = try await Stores.players(0..<crossing + staying, in: zones[0], store)
        let begin = bench_now() + 200_000_000
        let end = begin + Int64(arguments["nanoseconds"])
        try await withThrowingDiscardingTaskGroup { group in
            for (number, player) in players.prefix(crossing).enumerated() {
                let walker = Walker(
                    character: player.character, owner: player.owner, zones: zones, store: store)
                let pause = Int64(1_000_000_000 / arguments["rate"])
                group.addTask {
                    try await walker.cross(
                        from: begin + Int64(number) * pause, each: Int64(crossing) * pause,
                        until: end, times)
                }
            }
            guard staying > 0 else { return }
            group.addTask {
                try await writeCheckpoints(
                    of: Array(players.dropFirst(crossing)), from: begin, until: end, in: store,
                    times)
            }
        }
        return times.report
    }

    /// A character that goes from one zone into the other.
    private struct Walker {
        let character: CharacterID
        let owner: Owner
        let zones: [ZoneProcess]
        let store: any Store

        /// Commits when its turn has come. A turn that begins late, because the one before took so long, counts from when it
        /// was due.
        func cross(from first: Int64, each pause: Int64, until end: Int64, _ times: Times)
            async throws
        {
            let seal = StoredState(version: 1, bytes: Array(repeating: 0, count: 2_048))
            var (owner, due, round) = (owner, first, 0)
            while due < end {
                let isLate = bench_now() > due
                try await Task.sleep(for: .nanoseconds(max(0, due - bench_now())))
                let began = isLate ? due : bench_now()
                let commit = CommitHandoff(
                    HandoffID(character: character, epoch: owner.epoch.next, mark: UInt64(round)),
                    from: owner, to: zones[(round + 1) % 2], login: LoginNumber(rawValue: 1),
                    seal: seal)
                owner = try await Stores.done(commit, store)
                times.noteCommit(bench_now() - began)
                (due, round) = (due + pause, round + 1)
            }
        }
    }

    private static func writeCheckpoints(
        of players: [(character: CharacterID, owner: Owner)], from begin: Int64,
        until end: Int64, in store: any Store, _ times: Times
    ) async throws {
        let state = StoredState(version: 1, bytes: Array(repeating: 0, count: 2_000))
        var (due, moment) = (begin, UInt64(1))
        while due < end {
            try await Task.sleep(for: .nanoseconds(max(0, due - bench_now())))
            let began = bench_now()
            for start in stride(from: 0, to: players.count, by: CheckpointCharacters.most) {
                let some = players[start...].prefix(CheckpointCharacters.most).map {
                    CheckpointCharacter($0.character, $0.owner, moment: moment, state: state)
                }
                _ = try await Stores.done(CheckpointCharacters(some), store)
            }
            times.noteCheckpoint(bench_now() - began)
            (due, moment) = (due + 1_000_000_000, moment + 1)
        }
    }
}
