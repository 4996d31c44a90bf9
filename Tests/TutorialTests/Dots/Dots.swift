import Parley

/// The body that a player moves: a dot on a line.
struct Dot: PlayerBody {
    var x = 50.0

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("x", &x, .fixed(in: 0...100, precision: 1.0 / 64))
    }

    var place: SIMD2<Double> { SIMD2(x, 0) }
    var pose: Double {
        get { x }
        set { x = newValue }
    }
    static let teleportLength = 10.0
}

/// The rules, the same on both sides.
enum Dots: GameRules {
    static let name = "dots"

    struct Command: DatagramCodable, Codable, Hashable, Sendable { var direction: Int8 }
    enum Request: DatagramCodable, Codable, Sendable { case none }
    enum Notice: DatagramCodable, Codable, Sendable { case none }
    typealias Snapshot = NoSnapshot
    static let idle = Command(direction: 0)

    static let cast = {
        var schema = ReplicationSchema()
        let dots = schema.register(Dot.self, named: "dot")
        return (schema: schema, dots: dots)
    }()
    static var schema: ReplicationSchema { cast.schema }
    static var bodies: EntityType<Dot> { cast.dots }

    static func surroundings(of world: borrowing SnapshotReceiver) {}

    static func advance(_ dot: inout Dot, by command: Command, in: Void, during step: TickStep) {
        dot.x += 20 * Double(command.direction.signum()) * step.seconds
    }
}

/// The world, on the server.
actor DotsWorld: AuthoritativeWorld {
    typealias Game = Dots

    let timeline = WorldTimeline()
    private var dots = EntityTable(Dots.bodies, of: Dots.schema)
    private var bodies: [PlayerID: EntityHandle] = [:]

    func join(_ request: JoinRequest<Dots>) throws(JoinRefusal) {
        bodies[request.id] = dots.spawn(Dot())
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {
        if let body = bodies.removeValue(forKey: player) { dots.despawn(body) }
    }

    func receive(_ request: Dots.Request, from player: PlayerID) {}

    func advance(_ step: TickStep, commands: [PlayerCommand<Dots.Command>]) {
        for command in commands {
            guard let body = bodies[command.player], var dot = dots[body] else { continue }
            Dots.step(&dot, by: command.command, in: (), during: step)
            dots[body] = dot
        }
    }

    func body(of player: PlayerID) -> EntityHandle? { bodies[player] }
    func replicate(into snapshot: inout WorldSnapshot) { snapshot.add(dots) }
    func takeNotices() -> [Outgoing<Dots.Notice>] { [] }
}

/// The program: a server, and a player who runs to the end of the line.
enum DotsProgram {
    static func main() async throws {
        print(try await run(on: SystemNetwork()))
    }

    /// - Returns: Where the dot is in the end, and how many predictions were right.
    static func run(on network: any Network) async throws -> String {
        let server = GameServer(
            world: DotsWorld(), configuration: .init(port: 0), network: network)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            return try await play(at: try await server.ready().tcp.port, on: network)
        }
    }

    static func play(at port: UInt16, on network: any Network) async throws -> String {
        try await PredictingClient<Dots>.play(
            on: "localhost", port: port, as: "Ann", network: network
        ) { client in
            client.command = Dots.Command(direction: 1)
            for await frame in client.frames {
                guard let me = frame.me, me.x >= 100 else { continue }
                return "at \(me.x), \(client.statistics.prediction.right) right predictions"
            }
            return "the session has ended"
        }
    }
}
