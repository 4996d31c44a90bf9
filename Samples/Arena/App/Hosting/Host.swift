import ArenaGame
import Parley
import SampleSupport

/// A server, its bots and its view, all in this process.
struct Host {
    let configuration: GameServerConfiguration
    let npcs: Int
    let seed: UInt64
    let recording: Recording?
    let bots: Int
    /// Whether to show the arena. Without a terminal a line comes each second instead.
    let isShown: Bool
    let ending: EndCondition
    let depth: ColorDepth

    init(_ arguments: Arguments, bots: Int, isShown: Bool, _ signals: Signals) {
        let tickRate = arguments[Options.tickRate]
        configuration = GameServerConfiguration(
            host: arguments[Options.host], port: arguments[Options.port], tickRate: tickRate,
            snapshotRate: min(20, tickRate), maximumPlayers: ArenaWorld.maximumPlayers)
        npcs = arguments[Options.npcs]
        seed = arguments[Options.seed]
        recording = arguments[Options.record].map { path in
            Recording(
                to: path, seed: arguments[Options.seed],
                making: ArenaMaking(npcs: arguments[Options.npcs]))
        }
        self.bots = bots
        self.isShown = isShown
        ending = EndCondition(signals: signals, seconds: arguments[Options.seconds])
        depth = .detect(noColor: arguments[Options.noColor])
    }

    /// Serves until the first of its tasks ends, which ends the others.
    func run() async throws {
        let server = GameServer(
            world: ArenaWorld(npcs: npcs, seed: seed), configuration: configuration,
            recording: recording)
        let crew = BotCrew(seed: seed)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                if bots > 0 {
                    group.addTask { try await crew.play(bots, on: try await address(of: server)) }
                }
                group.addTask { try await watch(server, crew) }
                group.addTask { try await ending.wait(server.network.clock) }
                try await group.next()
                group.cancelAll()
            }
        } catch let error as OpenError where error.error == .addressInUse {
            throw Failure(
                "port \(configuration.port) is in use; choose another one with --port N")
        }
        printLine(await server.statistics.summary)
    }

    private func address(of server: GameServer<ArenaWorld>) async throws -> Endpoint {
        let port = try await server.ready().tcp.port
        return Endpoint(host: configuration.host ?? "localhost", port: port)
    }

    private func watch(_ server: GameServer<ArenaWorld>, _ crew: BotCrew) async throws {
        let address = try await server.ready().tcp
        let monitor = Monitor(server: server, crew: crew, address: address)
        if isShown, Terminal.isOutput {
            try await monitor.show(depth)
        } else {
            try await monitor.report(every: isShown ? .seconds(1) : .seconds(10))
        }
    }
}
