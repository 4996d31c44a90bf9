import CBenchmarkBaseline
import Parley
import ParleyHandoff
import ParleyZones

/// The throng's world as a zone: players who walk in circles, and whom the world sends to the next zone now and then.
actor Procession: ZoneWorld {
    typealias Game = ZoneGame<Throng>

    nonisolated let timeline = WorldTimeline()
    nonisolated let zone: Zone<Throng>
    private let number: Int
    /// How many bytes a character's state has beside its body.
    private let padding: Int
    private let meter: StepMeter
    private var bodies = EntityTable(Throng.bodies, of: Throng.schema)
    private var owned: [CharacterID: EntityHandle] = [:]
    /// When each character goes on, by ticks.
    private var departures: [CharacterID: UInt32] = [:]
    private var tick: UInt32 = 0

    init(_ zone: Zone<Throng>, number: Int, padding: Int, _ meter: StepMeter) {
        self.zone = zone
        self.number = number
        self.padding = padding
        self.meter = meter
    }

    nonisolated var interest: InterestGrid.Configuration { ThrongWorld.interest }

    /// A stroller, and bytes that stand for all that a game's characters have.
    struct State: Traveller {
        static let version: UInt16 = 1
        let stroller: Stroller
        let padding: Int

        init(_ stroller: Stroller, padding: Int) {
            self.stroller = stroller
            self.padding = padding
        }

        init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
            var stroller = Stroller()
            stroller.position = SIMD2(try reader.read(Double.self), try reader.read(Double.self))
            stroller.facing = try reader.read(Double.self)
            self.stroller = stroller
            padding = reader.remainingCount
            try reader.skip(padding)
        }

        func encode(into datagram: inout Datagram) {
            datagram.append(stroller.position.x)
            datagram.append(stroller.position.y)
            datagram.append(stroller.facing)
            datagram.append(bytes: Array(repeating: 0, count: padding))
        }
    }

    /// The zone has as many bodies as it can.
    struct Full: Error {}

    func arrive(_ character: CharacterID, _ arrival: Arrival<State>) throws {
        let zones = zone.map.names.count
        let index = Int(character.rawValue) / zones
        var stroller = Stroller()
        stroller.position = SIMD2(Double(index % 32) * 20 - 320, Double(index / 32) * 20 - 320)
        guard let body = bodies.spawn(arrival.state?.stroller ?? stroller) else { throw Full() }
        owned[character] = body
        guard zones > 1 else { return }
        // Newcomers spread over the zones at once. Later each goes on after half a minute to a minute.
        let isNew = arrival.state == nil && Int(character.rawValue) % zones != number
        let pause = Self.pause + UInt32(character.rawValue * 37 % UInt64(Self.pause))
        departures[character] = tick + (isNew ? 0 : pause)
    }

    private static let pause: UInt32 = 30 * UInt32(PlayServer.tickRate)
    /// How long a wish to leave holds.
    private static let patience: UInt32 = 3 * UInt32(PlayServer.tickRate)

    func depart(_ character: CharacterID) {
        if let body = owned.removeValue(forKey: character) { bodies.despawn(body) }
        departures[character] = nil
    }

    func traveller(_ character: CharacterID) -> State {
        State(owned[character].flatMap { bodies[$0] } ?? Stroller(), padding: padding)
    }

    /// Borders are crossed by the world's word only.
    func place(of character: CharacterID) -> SIMD2<Double>? { nil }

    /// Asked once for each client that gets a snapshot, which is what the benchmark counts.
    func body(of character: CharacterID) -> EntityHandle? {
        bench_count_from_anywhere(1)
        return owned[character]
    }

    func step(_ step: TickStep, commands: [CharacterCommand<Throng.Command>]) {
        meter.note(step.tick, of: number)
        tick = step.tick.number
        for command in commands {
            guard let body = owned[command.character], var state = bodies[body] else { continue }
            Throng.step(&state, by: command.command, in: (), during: step)
            bodies[body] = state
            guard let departure = departures[command.character], departure <= tick else { continue }
            departures[command.character] = tick + Self.patience
            zone.send(command.character, to: next(of: command.character))
        }
    }

    private func next(of character: CharacterID) -> ZoneName {
        let names = zone.map.names
        return names[(number + 1 + Int(character.rawValue) % (names.count - 1)) % names.count]
    }

    func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(bodies)
    }
}
