import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleyWorld
import ParleyZones
import TestGames

/// A part of the meadow, as one zone's world.
actor Commons: ZoneWorld {
    typealias Game = ZoneGame<Meadow>

    nonisolated let timeline = WorldTimeline()
    nonisolated let zone: Zone<Meadow>
    nonisolated let interest: InterestGrid.Configuration = .wholeMeadow
    private var runners = EntityTable(Meadow.cast.runners, of: Meadow.schema)
    private var bodies: [CharacterID: EntityHandle] = [:]
    /// How characters came in here, in their order.
    private(set) var arrivals: [CharacterID: [String]] = [:]
    /// Characters that nobody may put in.
    private var refused: Set<CharacterID> = []
    /// Characters that may not cross.
    private var held: Set<CharacterID> = []
    private var requests: [CharacterID: UInt32] = [:]

    init(_ zone: Zone<Meadow>) {
        self.zone = zone
    }

    /// What a runner takes along: itself, and how many requests were applied to it.
    struct State: Traveller {
        static let version: UInt16 = 1
        var runner: Runner
        var requests: UInt32 = 0

        init(_ runner: Runner, requests: UInt32) {
            self.runner = runner
            self.requests = requests
        }

        init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
            runner = Runner()
            runner.position = SIMD2(try reader.read(Double.self), try reader.read(Double.self))
            runner.velocity = SIMD2(try reader.read(Double.self), try reader.read(Double.self))
            runner.player = try reader.read()
            runner.steps = try reader.read()
            requests = try reader.read()
        }

        func encode(into datagram: inout Datagram) {
            for vector in [runner.position, runner.velocity] {
                datagram.append(vector.x)
                datagram.append(vector.y)
            }
            datagram.append(runner.player)
            datagram.append(runner.steps)
            datagram.append(requests)
        }
    }

    struct Refused: Error {}

    func arrive(_ character: CharacterID, _ arrival: Arrival<State>) throws {
        if refused.contains(character) { throw Refused() }
        var runner = Runner()
        runner.position = SIMD2(50, 50)
        if let state = arrival.state { runner = state.runner }
        runner.player = UInt32(truncatingIfNeeded: character.rawValue)
        bodies[character] = runners.spawn(runner)
        requests[character] = arrival.state?.requests ?? 0
        let kind =
            switch arrival {
            case .new: "new"
            case .returning: "returning"
            case .crossing: "crossing"
            case .staying: "staying"
            }
        arrivals[character, default: []].append(kind)
    }

    func depart(_ character: CharacterID) {
        if let body = bodies.removeValue(forKey: character) { runners.despawn(body) }
        requests[character] = nil
    }

    func traveller(_ character: CharacterID) -> State {
        State(
            bodies[character].flatMap { runners[$0] } ?? Runner(),
            requests: requests[character] ?? 0)
    }

    func place(of character: CharacterID) -> SIMD2<Double>? {
        bodies[character].flatMap { runners[$0]?.position }
    }

    func mayCross(_ character: CharacterID, to zone: ZoneName) -> Bool {
        !held.contains(character)
    }

    func body(of character: CharacterID) -> EntityHandle? { bodies[character] }

    func replicate(into snapshot: inout WorldSnapshot) { snapshot.add(runners) }

    func receive(_ request: Meadow.Request, from character: CharacterID) {
        let number = (requests[character] ?? 0) + 1
        requests[character] = number
        zone.notify(character, Meadow.Notice(number: number))
    }

    func step(_ step: TickStep, commands: [CharacterCommand<Meadow.Command>]) {
        for command in commands {
            guard let body = bodies[command.character], var runner = runners[body] else { continue }
            Meadow.step(&runner, by: command.command, in: Meadow.side, during: step)
            runners[body] = runner
        }
    }

    func hold(_ character: CharacterID) { held.insert(character) }

    func release(_ character: CharacterID) { held.remove(character) }

    func refuse(_ character: CharacterID) { refused.insert(character) }

    /// The characters that are in.
    var characters: [CharacterID] { bodies.keys.sorted() }
}
