import CBenchmarkBaseline
import Parley

/// A whole server for predicting clients.
enum PlayServer {
    static let tickRate = 60
    static let snapshotRate = 20

    /// Serves until the parent ends the process, and reports once how late the measured steps
    /// began.
    static func serve(_ arguments: RoleArguments) async throws {
        let world = ThrongWorld()
        let network = SystemNetwork()
        var configuration = GameServerConfiguration(
            host: "127.0.0.1", security: arguments["sealed"] == 1 ? .automatic : .none,
            tickRate: tickRate, snapshotRate: snapshotRate, maximumPlayers: arguments["clients"])
        if arguments["strict"] == 0 { configuration.maximumPendingHellos = 1_000 }
        let server = GameServer(world: world, configuration: configuration, network: network)
        try await withTaskExecutorPreference(network.nextLoop().taskExecutor) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                RoleProcess.ready(port: try await server.ready().tcp.port)
                let clock = network.clock
                while await world.playerCount < arguments["clients"] {
                    try await clock.sleep(for: .milliseconds(10))
                }
                try await clock.sleep(for: .nanoseconds(arguments["warmUp"]))
                _ = await world.takeBegins()
                let before = missed(server, arguments)
                try await clock.sleep(for: arguments.duration)
                let begins = await world.takeBegins()
                tell(begins, missed: missed(server, arguments) - before, arguments)
                try await group.waitForAll()
            }
        }
    }

    /// How many commands were missing so far.
    private static func missed(
        _ server: GameServer<ThrongWorld>, _ arguments: RoleArguments
    ) -> UInt64 {
        (1...UInt32(arguments["clients"])).reduce(0) { sum, number in
            let statistics = server.commandStatistics(of: PlayerID(rawValue: number))
            return sum + (statistics?.repeated ?? 0) + (statistics?.idle ?? 0)
        }
    }

    /// How much later than the most punctual step each began, in nanoseconds.
    static func lateness(_ begins: [(tick: Tick, at: Int64)]) -> [Double] {
        let offsets = begins.map { begin in
            begin.at - Int64(begin.tick.number) * 1_000_000_000 / Int64(tickRate)
        }
        let earliest = offsets.min() ?? 0
        return offsets.map { Double($0 - earliest) }
    }

    private static func tell(
        _ begins: [(tick: Tick, at: Int64)], missed: UInt64, _ arguments: RoleArguments
    ) {
        let late = lateness(begins)
        let ticks = begins.count * arguments["clients"]
        RoleProcess.say([
            "late": Int64(late.quantile(0.999)), "late99": Int64(late.quantile(0.99)),
            "worst": Int64(late.max() ?? 0), "late90": Int64(late.quantile(0.9)),
            "ticks": Int64(begins.count),
            "missed": ticks == 0 ? 0 : Int64(missed) * 1_000_000 / Int64(ticks),
        ])
    }
}
