import ArenaGame
import Parley

/// A line that `panda_arena.py --report` prints.
struct ArenaEvent: Decodable {
    let event: String
    let id: UInt32?
    let name: String?
    let text: String?
    let code: UInt8?
    let encrypted: Bool?
    let side: Double?
    let snapshots: Int?
    let snapshotsOverUDP: Int?
    let commands: Int?
    let acknowledged: Int?
    let travelled: Double?
    /// The median correction of the client's own player, in metres.
    let correction: Double?
    let others: [Other]?

    enum CodingKeys: String, CodingKey {
        case event, id, name, text, code, encrypted, side, snapshots, commands, acknowledged
        case travelled, correction, others
        case snapshotsOverUDP = "snapshots_over_udp"
    }

    /// Another player or NPC, and how far it walked.
    struct Other: Decodable {
        let id: UInt32
        let name: String
        let npc: Bool
        let travelled: Double
    }
}

extension [ArenaEvent] {
    func all(_ event: String) -> [ArenaEvent] { filter { $0.event == event } }
}

/// The description of a picture by `picture.py`.
struct Picture: Decodable {
    let width: Int
    let height: Int
    let colors: Int
    let commonest: Double

    static func look(at path: String) async throws -> Picture {
        try await PandaPeer.run("picture.py", [path]) { try await $0.next(Picture.self) }
    }
}

/// The report of a Panda3D client of the arena, and its exit code.
struct ArenaVisit {
    let events: [ArenaEvent]
    let exitCode: Int32
    let complaints: String

    /// Runs the client, without a window, to its end.
    static func run(_ port: UInt16, _ arguments: [String]) async throws -> ArenaVisit {
        let always = ["--to", "127.0.0.1:\(port)", "--offscreen", "--report", "--size", "640x360"]
        return try await PandaPeer.run(
            "panda_arena.py", in: PandaPeer.arena, always + arguments
        ) { client in
            ArenaVisit(
                events: try await client.rest(ArenaEvent.self),
                exitCode: try await client.exitCode(), complaints: client.stderr)
        }
    }
}

/// Runs an arena while `body` does, with a plain port for Panda3D beside the encrypted one.
func withArena<Result: Sendable>(
    maximumPlayers: Int = 64,
    body: (GameServer<ArenaWorld>, _ port: UInt16, _ plainPort: UInt16) async throws -> Result
) async throws -> Result {
    var configuration = GameServerConfiguration(maximumPlayers: maximumPlayers)
    configuration.plainPort = 0
    configuration.waitForSlowPeers()
    let server = GameServer(world: ArenaWorld(), configuration: configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        let addresses = try await server.ready()
        let result = try await body(server, addresses.tcp.port, addresses.plain?.port ?? 0)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// Plays a player that walks to and fro, and greets every newcomer.
///
/// A `BotBrain` may wait at a door that the porter has shut for five seconds, longer than a test's visit.
func playBot(on port: UInt16, as name: String, greeting: String) async throws {
    try await GameClient<ArenaRules>.play(on: "127.0.0.1", port: port, as: name) { client in
        let me = try await client.joined()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                for await snapshot in client.snapshots {
                    try await client.send(stride(at: snapshot.tick))
                }
            }
            group.addTask {
                for await notice in client.notices {
                    guard case .joined(let newcomer, let name) = notice,
                        !newcomer.isNPC, newcomer != EntityID(me.id)
                    else { continue }
                    try await client.request(.chat("\(greeting), \(name)"))
                }
            }
        }
    }
}

/// Half a second to the north-east and half a second back: a wall stops one of the two at most.
private func stride(at tick: Tick) -> ArenaRules.Command {
    let length = tick.number / 30 % 2 == 0 ? 0.7 : -0.7
    return ArenaRules.Command(Wish(direction: Vector(length, length)))
}

extension GameServerConfiguration {
    /// Gives a peer a minute where a player has seconds: beside other suites on a busy machine both stand still for that long.
    mutating func waitForSlowPeers() {
        helloTimeout = .seconds(60)
        loginTimeout = .seconds(60)
        playerTimeout = .seconds(60)
    }
}
