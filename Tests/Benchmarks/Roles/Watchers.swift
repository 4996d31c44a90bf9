import CBenchmarkBaseline
import Parley
import ParleySimulation
import Synchronization

/// Players who note when each snapshot comes, and how old it is.
enum Watchers {
    private struct Arrival {
        let at: Int64
        let age: Int64
    }

    /// What came to all of them.
    private final class Log: Sendable {
        private let arrivals: Mutex<[[Arrival]]>
        private let missing: Mutex<Int>

        init(players: Int) {
            arrivals = Mutex(Array(repeating: [], count: players))
            missing = Mutex(players)
        }

        /// A player is in; returns whether all are.
        func noteJoined() -> Bool {
            missing.withLock { missing in
                missing -= 1
                return missing == 0
            }
        }

        func note(_ snapshot: SteerGame.Snapshot, of player: Int) {
            let now = bench_now()
            let age = now - (snapshot.headings.first ?? now)
            arrivals.withLock { $0[player].append(Arrival(at: now, age: age)) }
        }

        /// The end of each player's longest silence after a moment, in nanoseconds after it.
        func silences(since moment: Int64) -> [Int64] {
            arrivals.withLock { arrivals in
                arrivals.map { arrivals in
                    let times = arrivals.map(\.at)
                    let silences = zip(times, times.dropFirst()).filter { $1 > moment }
                    return (silences.max { $0.1 - $0.0 < $1.1 - $1.0 }?.1 ?? .max) - moment
                }
            }
        }

        func ages(since moment: Int64) -> [Int64] {
            arrivals.withLock { $0.joined().filter { $0.at > moment }.map(\.age) }
        }
    }

    /// Steers 60 times a second, until the process ends.
    ///
    /// With a `latency` the link is simulated in this process: sockets are real, and what goes over
    /// them is late, `loss` in a thousand of it lost, and with `blocked` all datagrams.
    static func watch(_ arguments: RoleArguments) async throws {
        let log = Log(players: arguments["players"])
        RoleProcess.obey("silences") { quantiles(of: log.silences(since: $0)) }
        RoleProcess.obey("ages") { quantiles(of: log.ages(since: $0)) }
        let network = network(arguments)
        try await withTaskExecutorPreference(network.nextLoop().taskExecutor) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<arguments["players"] {
                    group.addTask { try await play(number, arguments, network, log) }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func network(_ arguments: RoleArguments) -> any Network {
        guard arguments["latency"] > 0 else { return SystemNetwork() }
        let profile = LinkProfile(
            latency: .nanoseconds(arguments["latency"]),
            loss: .independent(Double(arguments["loss"]) / 1_000),
            mtu: arguments["blocked"] == 1 ? 0 : LinkProfile.largestDatagram)
        return NetworkConditioner(SystemNetwork(), profile: profile, seed: 1)
    }

    private static func play(
        _ number: Int, _ arguments: RoleArguments, _ network: any Network, _ log: Log
    ) async throws {
        let client = GameClient<SteerGame>(
            server: "127.0.0.\(arguments["host"])", port: arguments.port, name: "player \(number)",
            network: network)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            group.addTask {
                for await snapshot in client.snapshots { log.note(snapshot.snapshot, of: number) }
            }
            _ = try await client.joined()
            if log.noteJoined() { RoleProcess.ready() }
            while true {
                _ = try? await client.send(SteerGame.Command(turn: 1))
                try await network.clock.sleep(
                    for: .nanoseconds(1_000_000_000 / TickServer.rate))
            }
        }
    }

    private static func quantiles(of times: [Int64]) -> [String: Int64] {
        let times = times.map(Double.init)
        guard !times.isEmpty else { return [:] }
        return [
            "count": Int64(times.count), "p50": Int64(times.median),
            "p95": Int64(times.quantile(0.95)), "p99": Int64(times.quantile(0.99)),
            "worst": Int64(times.max() ?? 0),
        ]
    }
}
