import Parley
import ParleyZones

/// The body that a player moves, on a plane of 100 by 100 metres.
struct Walker: PlayerBody, Codable {
    var position = SIMD2<Double>(10, 10)

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("position", &position, .vector(in: 0...100, precision: 1.0 / 256))
    }

    var place: SIMD2<Double> { position }
    var pose: SIMD2<Double> {
        get { position }
        set { position = newValue }
    }
    static let teleportLength = 10.0
}

/// The rules: what a command does to a body, on the server and in the clients' predictions.
enum Walk: GameRules {
    static let name = "walk"

    /// Where the player goes; 1 is full speed.
    struct Command: DatagramCodable, Codable, Hashable, Sendable { var east: Double, north: Double }
    enum Request: DatagramCodable, Codable, Sendable { case wave }
    enum Notice: DatagramCodable, Codable, Sendable { case waved(times: Int) }
    typealias Snapshot = NoSnapshot
    static let idle = Command(east: 0, north: 0)

    static let cast = {
        var schema = ReplicationSchema()
        let walkers = schema.register(Walker.self, named: "walker")
        return (schema: schema, walkers: walkers)
    }()
    static var schema: ReplicationSchema { cast.schema }
    static var bodies: EntityType<Walker> { cast.walkers }

    static func surroundings(of world: borrowing SnapshotReceiver) {}

    static func advance(
        _ walker: inout Walker, by command: Command, in: Void, during step: TickStep
    ) {
        // A client may send anything.
        let direction = SIMD2(command.east, command.north).clamped(
            lowerBound: SIMD2(-1, -1), upperBound: SIMD2(1, 1))
        walker.position += 8 * step.seconds * direction
    }
}

/// What a character takes along over a border, and what the store keeps of it.
struct WalkerState: Traveller, DatagramCodable, Codable {
    static let version: UInt16 = 1
    var walker = Walker(), waves = 0

    init() {}
    init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
        self = try reader.read()
    }
}

/// The world of one zone.
actor WalkZone: ZoneWorld {
    typealias Game = ZoneGame<Walk>

    let timeline = WorldTimeline()
    let zone: Zone<Walk>
    private var walkers = EntityTable(Walk.bodies, of: Walk.schema)
    private var bodies: [CharacterID: EntityHandle] = [:]
    private var states: [CharacterID: WalkerState] = [:]

    init(_ zone: Zone<Walk>) { self.zone = zone }

    func arrive(_ character: CharacterID, _ arrival: Arrival<WalkerState>) {
        states[character] = arrival.state ?? WalkerState()
        bodies[character] = walkers.spawn(traveller(character).walker)
    }

    func depart(_ character: CharacterID) {
        if let body = bodies.removeValue(forKey: character) { walkers.despawn(body) }
        states[character] = nil
    }

    func traveller(_ character: CharacterID) -> WalkerState { states[character] ?? WalkerState() }
    func place(of character: CharacterID) -> SIMD2<Double>? { states[character]?.walker.position }

    func receive(_ request: Walk.Request, from character: CharacterID) {
        states[character]?.waves += 1
        zone.notify(character, .waved(times: states[character]?.waves ?? 0))
    }

    func step(_ step: TickStep, commands: [CharacterCommand<Walk.Command>]) {
        for command in commands {
            guard let body = bodies[command.character], var walker = walkers[body] else { continue }
            Walk.step(&walker, by: command.command, in: (), during: step)
            walkers[body] = walker
            states[command.character]?.walker = walker
        }
    }

    func body(of character: CharacterID) -> EntityHandle? { bodies[character] }
    func replicate(into snapshot: inout WorldSnapshot) { snapshot.add(walkers) }
}
