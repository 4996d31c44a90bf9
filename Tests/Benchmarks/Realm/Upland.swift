import Parley
import ParleyHandoff
import ParleyZones
import RealmGame

/// What a character takes along, in some version of the game.
protocol TrampState: Traveller {
    init(_ walker: RealmRules.Body)
    var pilgrim: Pilgrim { get }
    /// The version that wrote it.
    var writer: UInt16 { get }
}

/// The game's first version. It reads what the second one writes, and drops what it does not know.
struct FirstTramp: TrampState {
    static let version: UInt16 = 1
    static let newestReadable: UInt16 = 2
    let pilgrim: Pilgrim
    let writer: UInt16

    init(_ walker: RealmRules.Body) { (pilgrim, writer) = (Pilgrim(walker), Self.version) }

    init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
        pilgrim = try Pilgrim(from: &reader, version: 1)
        writer = version
        if version == 2 { _ = try reader.read(UInt16.self) }
    }

    func encode(into datagram: inout Datagram) { pilgrim.encode(into: &datagram) }
}

/// The game's second version: a number more.
struct SecondTramp: TrampState {
    static let version: UInt16 = 2
    let pilgrim: Pilgrim
    let writer: UInt16
    private let visits: UInt16

    init(_ walker: RealmRules.Body) {
        (pilgrim, writer, visits) = (Pilgrim(walker), Self.version, 0)
    }

    init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
        pilgrim = try Pilgrim(from: &reader, version: 1)
        writer = version
        visits = version == 2 ? try reader.read() : 0
    }

    func encode(into datagram: inout Datagram) {
        pilgrim.encode(into: &datagram)
        datagram.append(visits)
    }
}

/// The realm's plane, in some version of the game: those who walk on it, and nothing else.
actor Upland<State: TrampState>: ZoneWorld {
    typealias Game = ZoneGame<RealmRules>

    nonisolated let timeline = WorldTimeline()
    nonisolated let zone: Zone<RealmRules>
    nonisolated let interest: InterestGrid.Configuration
    private let watch: ZoneWatch
    private var walkers = EntityTable(RealmRules.bodies, of: RealmRules.schema)
    private var bodies: [CharacterID: EntityHandle] = [:]

    init(_ zone: Zone<RealmRules>, _ watch: ZoneWatch) {
        self.zone = zone
        self.watch = watch
        var interest = InterestGrid.Configuration()
        interest.radius = 2 * RealmRules.side
        self.interest = interest
    }

    /// The zone has as many bodies as it can.
    struct Full: Error {}

    func arrive(_ character: CharacterID, _ arrival: Arrival<State>) throws {
        var walker = RealmRules.Body()
        walker.character = UInt32(truncatingIfNeeded: character.rawValue)
        let number = Double(character.rawValue % 100)
        walker.position = [20 + (number * 37).truncatingRemainder(dividingBy: 60), 20 + number / 2]
        if let state = arrival.state {
            walker.position = state.pilgrim.position
            walker.velocity = state.pilgrim.velocity
            if state.writer > State.version { watch.noteNewerState() }
        }
        guard let body = walkers.spawn(walker) else { throw Full() }
        bodies[character] = body
    }

    func depart(_ character: CharacterID) {
        if let body = bodies.removeValue(forKey: character) { walkers.despawn(body) }
    }

    func traveller(_ character: CharacterID) -> State {
        State(bodies[character].flatMap { walkers[$0] } ?? RealmRules.Body())
    }

    func place(of character: CharacterID) -> SIMD2<Double>? {
        bodies[character].flatMap { walkers[$0]?.position }
    }

    func body(of character: CharacterID) -> EntityHandle? { bodies[character] }

    func replicate(into snapshot: inout WorldSnapshot) { snapshot.add(walkers) }

    func step(_ step: TickStep, commands: [CharacterCommand<RealmRules.Command>]) {
        for command in commands {
            guard let body = bodies[command.character], var walker = walkers[body] else { continue }
            RealmRules.step(&walker, by: command.command, in: RealmRules.side, during: step)
            walkers[body] = walker
        }
    }
}
