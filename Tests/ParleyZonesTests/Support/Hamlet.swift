import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleyWorld
import ParleyZones
import TestGames

/// What a character of a hamlet takes along, in some version of the game.
protocol HamletState: Traveller {
    init(_ life: HamletLife)
    var life: HamletLife { get }
}

/// All that any version of the game knows of a character.
struct HamletLife: Hashable, Sendable {
    var place = SIMD2(50.0, 50.0)
    var requests: UInt32 = 0
    /// Known since version 2: how often the character came into a zone of that version.
    var visits: UInt16 = 0
    /// The version that wrote it.
    var writer: UInt16 = 0
}

/// The game's first version. It reads what the second one writes, and drops what it does not know: that makes going back
/// possible.
struct FirstState: HamletState {
    static let version: UInt16 = 1
    static let newestReadable: UInt16 = 2
    var life: HamletLife

    init(_ life: HamletLife) { self.life = life }

    init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
        life = HamletLife()
        life.place = SIMD2(try reader.read(Double.self), try reader.read(Double.self))
        life.requests = try reader.read()
        life.writer = version
        if version == 2 { _ = try reader.read(UInt16.self) }
    }

    func encode(into datagram: inout Datagram) {
        datagram.append(life.place.x)
        datagram.append(life.place.y)
        datagram.append(life.requests)
    }
}

/// The game's first version as it was before anybody thought of a second one.
struct OldState: HamletState {
    static let version: UInt16 = 1
    var life: HamletLife

    init(_ life: HamletLife) { self.life = life }

    init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
        guard version == 1 else {
            throw .invalidValue(expected: "version 1", found: "\(version)", offset: 0)
        }
        life = try FirstState(from: &reader, version: 1).life
    }

    func encode(into datagram: inout Datagram) { FirstState(life).encode(into: &datagram) }
}

/// The game's second version.
struct SecondState: HamletState {
    static let version: UInt16 = 2
    var life: HamletLife

    init(_ life: HamletLife) { self.life = life }

    init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
        life = try FirstState(life: &reader).life
        life.writer = version
        if version >= 2 { life.visits = try reader.read() }
        life.visits += 1
    }

    func encode(into datagram: inout Datagram) {
        FirstState(life).encode(into: &datagram)
        datagram.append(life.visits)
    }
}

extension FirstState {
    /// Reads what all versions have.
    fileprivate init(life reader: inout DatagramReader) throws(DatagramError) {
        try self.init(from: &reader, version: 1)
    }
}

/// A part of the meadow, in some version of the game.
actor Hamlet<State: HamletState>: ZoneWorld {
    typealias Game = ZoneGame<Meadow>

    nonisolated let timeline = WorldTimeline()
    nonisolated let zone: Zone<Meadow>
    nonisolated let interest: InterestGrid.Configuration = .wholeMeadow
    private var runners = EntityTable(Meadow.cast.runners, of: Meadow.schema)
    private var bodies: [CharacterID: EntityHandle] = [:]
    private var lives: [CharacterID: HamletLife] = [:]

    init(_ zone: Zone<Meadow>) { self.zone = zone }

    func arrive(_ character: CharacterID, _ arrival: Arrival<State>) throws {
        let life = arrival.state?.life ?? HamletLife()
        var runner = Runner()
        runner.position = life.place
        runner.player = UInt32(truncatingIfNeeded: character.rawValue)
        bodies[character] = runners.spawn(runner)
        lives[character] = life
    }

    func depart(_ character: CharacterID) {
        if let body = bodies.removeValue(forKey: character) { runners.despawn(body) }
        lives[character] = nil
    }

    func traveller(_ character: CharacterID) -> State { State(life(of: character)) }

    /// All that is known of a character now.
    func life(of character: CharacterID) -> HamletLife {
        var life = lives[character] ?? HamletLife()
        life.place = place(of: character) ?? life.place
        return life
    }

    func place(of character: CharacterID) -> SIMD2<Double>? {
        bodies[character].flatMap { runners[$0]?.position }
    }

    func body(of character: CharacterID) -> EntityHandle? { bodies[character] }

    func replicate(into snapshot: inout WorldSnapshot) { snapshot.add(runners) }

    func receive(_ request: Meadow.Request, from character: CharacterID) {
        lives[character]?.requests += 1
        zone.notify(character, Meadow.Notice(number: lives[character]?.requests ?? 0))
    }

    func step(_ step: TickStep, commands: [CharacterCommand<Meadow.Command>]) {
        for command in commands {
            guard let body = bodies[command.character], var runner = runners[body] else { continue }
            Meadow.step(&runner, by: command.command, in: Meadow.side, during: step)
            runners[body] = runner
        }
    }
}
