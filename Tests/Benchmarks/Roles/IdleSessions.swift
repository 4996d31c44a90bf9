import CBenchmarkBaseline
import Parley

/// Sessions in which nothing happens: a server with an empty world, and players who only stay.
enum IdleSessions {
    private enum Stillness: GameProtocol {
        static let name = "stillness"
        typealias Command = SteerGame.Nothing
        typealias Request = SteerGame.Nothing
        typealias Notice = SteerGame.Nothing
        typealias Snapshot = NoSnapshot
    }

    private actor StillWorld: World {
        typealias Game = Stillness

        let timeline = WorldTimeline()

        func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {}
        func leave(_ player: PlayerID, because reason: LeaveReason) {}
        func receive(_ request: SteerGame.Nothing, from player: PlayerID) {}
        func advance(_ step: TickStep, commands: [PlayerCommand<SteerGame.Nothing>]) {}
        func snapshot() -> NoSnapshot { NoSnapshot() }
        func takeNotices() -> [Outgoing<SteerGame.Nothing>] { [] }
    }

    /// Serves, and counts the bytes that OpenSSL has allocated.
    static func serve(_ arguments: RoleArguments) async throws {
        guard bench_count_openssl_memory() == 1 else {
            throw ChildFailure("OpenSSL has allocated before its memory is counted")
        }
        var configuration = GameServerConfiguration(
            host: "127.0.0.1", security: arguments["sealed"] == 1 ? .automatic : .none,
            tickRate: 10, snapshotRate: 1,
            maximumPlayers: arguments["clients"])
        configuration.maximumPendingHellos = arguments["clients"]
        let server = GameServer(world: StillWorld(), configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            RoleProcess.ready(port: try await server.ready().tcp.port)
            try await group.waitForAll()
        }
    }

    /// Joins, a few at a time, and stays.
    static func play(_ arguments: RoleArguments) async throws {
        let network = SystemNetwork()
        let (joins, joined) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .unbounded)
        let configuration = GameClientConfiguration(
            security: arguments["sealed"] == 1 ? .automatic : .none)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var arrivals = joins.makeAsyncIterator()
            for number in 0..<arguments["clients"] {
                group.addTask {
                    try await GameClient<Stillness>.play(
                        on: "127.0.0.1", port: arguments.port, as: "player \(number)",
                        configuration: configuration, network: network
                    ) { _ in
                        joined.yield()
                        try await Task.sleep(for: .seconds(3_600))
                    }
                }
                if number >= atOnce { await arrivals.next() }
            }
            for _ in 0..<min(atOnce, arguments["clients"]) { await arrivals.next() }
            RoleProcess.ready()
            try await group.waitForAll()
        }
    }

    private static let atOnce = 4
}
