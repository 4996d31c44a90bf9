import ArenaGame
import Foundation
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

    init(_ arguments: Arguments, bots: Int, isShown: Bool, _ signals: Signals) throws {
        let tickRate = arguments[Options.tickRate]
        let host = arguments[Options.host] ?? "127.0.0.1"
        let identity = ServerIdentity(path: arguments[Options.identity])
        var configuration = GameServerConfiguration(
            host: host, port: arguments[Options.port], security: try identity.security(at: host),
            tickRate: tickRate, snapshotRate: min(20, tickRate),
            maximumPlayers: ArenaWorld.maximumPlayers)
        if arguments[Options.isPrivate] {
            configuration.joinSecret = try identity.joinSecret(at: host)
        }
        configuration.plainPort = arguments[Options.pandaPort]
        configuration.plainHost = arguments[Options.pandaHost]
        self.configuration = configuration
        npcs = arguments[Options.npcs]
        seed = arguments[Options.seed]
        recording = try Self.recording(arguments)
        self.bots = bots
        self.isShown = isShown
        ending = EndCondition(signals: signals, seconds: arguments[Options.seconds])
        depth = .detect(noColor: arguments[Options.noColor])
    }

    /// The recording that is asked for. A file that exists may be the only copy of a session, so it is
    /// replaced on request only; pipes and devices are written to as they are.
    private static func recording(_ arguments: Arguments) throws -> Recording? {
        guard let path = arguments[Options.record] else { return nil }
        let file = URL(filePath: path).resolvingSymlinksInPath()
        let isFile = try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
        if isFile == true, !arguments[Options.force] {
            throw Failure("\(path) exists; --force replaces it")
        }
        return Recording(
            to: path, seed: arguments[Options.seed],
            making: ArenaMaking(npcs: arguments[Options.npcs]))
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
            let port = error.place.split(separator: ":").last ?? ""
            let option = port == "\(configuration.port)" ? "--port" : "--panda3d-port"
            throw Failure("port \(port) is in use; choose another one with \(option) N")
        }
        printLine(await server.statistics.summary)
    }

    private func address(of server: GameServer<ArenaWorld>) async throws -> Destination {
        let addresses = try await server.ready()
        let endpoint = Endpoint(
            host: addresses.tcp.isAny ? "localhost" : addresses.tcp.host, port: addresses.tcp.port)
        let secret = configuration.joinSecret
        return Destination(
            endpoint, addresses.pin.map { .tls(.pin($0), joinSecret: secret) } ?? .none)
    }

    private func watch(_ server: GameServer<ArenaWorld>, _ crew: BotCrew) async throws {
        let places = try await MeetingPlaces(of: server)
        let monitor = Monitor(server: server, crew: crew, places: places)
        if isShown, Terminal.isOutput {
            try await monitor.show(depth)
        } else {
            try await monitor.report(every: isShown ? .seconds(1) : .seconds(10))
        }
    }
}
