import CBenchmarkBaseline
import Parley

/// Players that walk in circles on a lattice, each with the fifty nearest players in view.
enum Throng: GameRules {
    static let name = "throng"
    static let visibleCount = 50

    struct Cast: Sendable {
        let schema: ReplicationSchema
        let bodies: EntityType<Stroller>

        init() {
            var schema = ReplicationSchema()
            bodies = schema.register(Stroller.self, named: "stroller")
            self.schema = schema
        }
    }

    static let cast = Cast()
    static var schema: ReplicationSchema { cast.schema }
    static var bodies: EntityType<Stroller> { cast.bodies }
    static let idle = Command(turn: 0)

    struct Command: DatagramCodable, Hashable, Sendable {
        var turn: Int16

        init(turn: Int16) { self.turn = turn }
        init(from reader: inout DatagramReader) throws(DatagramError) { turn = try reader.read() }
        func encode(into datagram: inout Datagram) { datagram.append(turn) }
    }

    typealias Request = SteerGame.Nothing
    typealias Notice = SteerGame.Nothing
    typealias Snapshot = NoSnapshot

    static func surroundings(of world: borrowing SnapshotReceiver) {}

    static func advance(
        _ body: inout Stroller, by command: Command, in surroundings: Void, during step: TickStep
    ) {
        body.facing += Double(command.turn) / 1_000 * step.seconds
        // Along the sides of a diamond, which needs no sines.
        let turn = body.facing - body.facing.rounded(.down)
        let quarter = (turn * 4 + 1).truncatingRemainder(dividingBy: 4)
        let way = SIMD2(abs(turn * 4 - 2) - 1, abs(quarter - 2) - 1)
        body.position += way * (4 * step.seconds)
    }
}

/// The body of a player, with the fields of a ``Walker``.
struct Stroller: PlayerBody {
    var position = SIMD2<Double>(0, 0)
    var z = 0.0
    var facing = 0.0
    var health = 100
    var isJumping = false

    var place: SIMD2<Double> { position }
    var pose: SIMD2<Double> {
        get { position }
        set { position = newValue }
    }
    static let teleportLength = 10.0

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("position", &position, .vector(in: -512...512, precision: 0.01))
        visit("z", &z, .fixed(in: -64...64, precision: 0.01))
        visit("facing", &facing, .angle(bits: 12))
        visit("health", &health, .integer(in: 0...100))
        visit("is jumping", &isJumping)
    }
}

/// The throng's world on the server, which records when its steps begin.
actor ThrongWorld: AuthoritativeWorld {
    typealias Game = Throng

    let timeline = WorldTimeline()
    private var bodies = EntityTable(Throng.bodies, of: Throng.schema)
    private var owned: [PlayerID: EntityHandle] = [:]
    private var begins: [(tick: Tick, at: Int64)] = []

    nonisolated var interest: InterestGrid.Configuration { Self.interest }

    /// The fifty nearest.
    static var interest: InterestGrid.Configuration {
        var interest = InterestGrid.Configuration()
        interest.radius = 130
        interest.rings = [(1, 1)]
        interest.maximumVisible = Throng.visibleCount
        return interest
    }

    var playerCount: Int { owned.count }

    func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
        let index = Int(request.id.rawValue) - 1
        var body = Stroller()
        body.position = SIMD2(Double(index % 32) * 20 - 320, Double(index / 32) * 20 - 320)
        owned[request.id] = bodies.spawn(body)
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {
        if let body = owned.removeValue(forKey: player) { bodies.despawn(body) }
    }

    func receive(_ request: SteerGame.Nothing, from player: PlayerID) {}
    func takeNotices() -> [Outgoing<SteerGame.Nothing>] { [] }

    /// Asked once for each client that gets a snapshot, which is what the benchmark counts.
    func body(of player: PlayerID) -> EntityHandle? {
        bench_count(1)
        return owned[player]
    }

    func advance(_ step: TickStep, commands: [PlayerCommand<Throng.Command>]) {
        begins.append((step.tick, bench_now()))
        for command in commands {
            guard let body = owned[command.player], var state = bodies[body] else { continue }
            Throng.step(&state, by: command.command, in: (), during: step)
            bodies[body] = state
        }
    }

    func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(bodies)
    }

    func takeBegins() -> [(tick: Tick, at: Int64)] {
        defer { begins = [] }
        return begins
    }
}
