import CBenchmarkBaseline
import Parley

/// The smallest game that keeps a server busy: all players steer and see each other.
enum SteerGame: GameProtocol {
    static let name = "steer"

    struct Command: DatagramCodable, Sendable {
        var turn: Int16

        init(turn: Int16) { self.turn = turn }
        init(from reader: inout DatagramReader) throws(DatagramError) { turn = try reader.read() }
        func encode(into datagram: inout Datagram) { datagram.append(turn) }
    }

    /// Requests and notices, all of them empty.
    struct Nothing: DatagramCodable, Sendable {
        init() {}
        init(from reader: inout DatagramReader) throws(DatagramError) {}
        func encode(into datagram: inout Datagram) {}
    }

    struct Snapshot: DatagramCodable, Sendable {
        var headings: [Int64]

        init(headings: [Int64]) { self.headings = headings }
        init(from reader: inout DatagramReader) throws(DatagramError) {
            headings = []
            while !reader.isAtEnd { headings.append(try reader.read()) }
        }
        func encode(into datagram: inout Datagram) {
            for heading in headings { datagram.append(heading) }
        }
    }

    typealias Request = Nothing
    typealias Notice = Nothing
}

/// A world that notes when its steps begin.
actor SteerWorld: World {
    typealias Game = SteerGame

    let timeline = WorldTimeline()
    private var headings: [PlayerID: Int64] = [:]
    private var begins: [Int64] = []

    func join(_ request: JoinRequest<Game>) throws(JoinRefusal) { headings[request.id] = 0 }
    func leave(_ player: PlayerID, because reason: LeaveReason) { headings[player] = nil }
    func receive(_ request: SteerGame.Nothing, from player: PlayerID) {}
    /// When it was taken, and who heads where.
    func snapshot() -> SteerGame.Snapshot { .init(headings: [bench_now()] + headings.values) }
    func takeNotices() -> [Outgoing<SteerGame.Nothing>] { [] }

    func advance(_ step: TickStep, commands: [PlayerCommand<SteerGame.Command>]) {
        begins.append(bench_now())
        for command in commands { headings[command.player]? += Int64(command.command.turn) }
    }

    func takeBegins() -> [Int64] {
        defer { begins = [] }
        return begins
    }
}

enum TickServer {
    static let rate = 60

    /// A server whose steps are timed for `duration`, after `warmUp`.
    static func serve(_ arguments: RoleArguments) async throws {
        let world = SteerWorld()
        let network = SystemNetwork()
        let server = GameServer(
            world: world,
            configuration: .init(
                host: "127.0.0.1", security: arguments["sealed"] == 1 ? .automatic : .none,
                tickRate: rate),
            network: network)
        try await withTaskExecutorPreference(network.nextLoop().taskExecutor) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                RoleProcess.ready(port: try await server.ready().tcp.port)
                let clock = network.clock
                try await clock.sleep(for: .nanoseconds(arguments["warmUp"]))
                _ = await world.takeBegins()
                try await clock.sleep(for: arguments.duration)
                Latencies.say(lateness(await world.takeBegins())[...])
                group.cancelAll()
            }
        }
    }

    /// How much later than the most punctual step each began, in nanoseconds.
    private static func lateness(_ begins: [Int64]) -> [Int64] {
        let offsets = begins.enumerated().map { index, begin in
            begin - Int64(index) * 1_000_000_000 / Int64(rate)
        }
        let earliest = offsets.min() ?? 0
        return offsets.map { $0 - earliest }
    }

    /// Players that steer 60 times a second.
    static func play(_ arguments: RoleArguments) async throws {
        let network = SystemNetwork()
        try await withTaskExecutorPreference(network.nextLoop().taskExecutor) {
            try await withThrowingDiscardingTaskGroup { group in
                for number in 1...arguments["players"] {
                    group.addTask {
                        try await steer(as: "player \(number)", arguments, network)
                    }
                }
            }
        }
    }

    private static func steer(
        as name: String, _ arguments: RoleArguments, _ network: SystemNetwork
    ) async throws {
        let client = GameClient<SteerGame>(
            server: "127.0.0.1", port: arguments.port, name: name,
            configuration: .init(security: .none), network: network)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            group.addTask { for await _ in client.snapshots {} }
            _ = try await client.joined()
            let clock = network.clock
            while true {
                try await client.send(SteerGame.Command(turn: 1))
                try await clock.sleep(for: .nanoseconds(1_000_000_000 / rate))
            }
        }
    }
}
