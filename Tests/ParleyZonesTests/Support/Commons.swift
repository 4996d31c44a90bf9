import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleyStore
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
    /// The deals that each character has heard the end of.
    private var heard: [CharacterID: [DealMark]] = [:]

    init(_ zone: Zone<Meadow>) {
        self.zone = zone
    }

    /// What a runner takes along: itself, and how many requests were applied to it.
    struct State: Traveller {
        static let version: UInt16 = 1
        var runner: Runner
        var requests: UInt32 = 0
        var heard: [DealMark] = []

        init(_ runner: Runner, requests: UInt32, heard: [DealMark]) {
            self.runner = runner
            self.requests = requests
            self.heard = heard
        }

        init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
            runner = Runner()
            runner.position = SIMD2(try reader.read(Double.self), try reader.read(Double.self))
            runner.velocity = SIMD2(try reader.read(Double.self), try reader.read(Double.self))
            runner.player = try reader.read()
            runner.steps = try reader.read()
            requests = try reader.read()
            for _ in 0..<(try reader.read(UInt16.self)) { heard.append(try reader.read()) }
        }

        func encode(into datagram: inout Datagram) throws(DatagramError) {
            for vector in [runner.position, runner.velocity] {
                datagram.append(vector.x)
                datagram.append(vector.y)
            }
            datagram.append(runner.player)
            datagram.append(runner.steps)
            datagram.append(requests)
            datagram.append(UInt16(heard.count))
            for mark in heard { try datagram.append(mark) }
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
        heard[character] = arrival.state?.heard ?? []
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
        heard[character] = nil
    }

    func traveller(_ character: CharacterID) -> State {
        State(
            bodies[character].flatMap { runners[$0] } ?? Runner(),
            requests: requests[character] ?? 0, heard: heard[character] ?? [])
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
        guard let effect = effect(of: request, by: character) else { return }
        var mark = DealMark(character, number)
        do throws(DealError) {
            mark.isEarned = request == .getUp
            try zone.deal(effect, note: mark.bytes)
        } catch {
            mark.result = .refused
            heard[character]?.append(mark)
        }
    }

    /// Getting up earns three coins. Who goes home gives one to another character, or else throws it away.
    private func effect(of request: Meadow.Request, by character: CharacterID) -> DealEffect? {
        switch request {
        case .sitDown: return nil
        case .getUp: return .issue(.coins, 3, to: character)
        case .goHome:
            guard let other = bodies.keys.sorted().first(where: { $0 != character }) else {
                return .destroy(.coins, 1, from: character)
            }
            return .pay(.coins, 1, from: character, to: other)
        }
    }

    func finished(_ deal: FinishedDeal, for character: CharacterID) {
        guard var mark: DealMark = try? deal.note.decoded() else { return }
        // Each three coins that were earned bring a medal, however often that has to be tried.
        let isMedal = mark.request > DealMark.medals
        if isMedal ? deal.result == nil : deal.isApplied && mark.isEarned {
            _ = try? zone.deal(.issue(.medals, 1, to: character), note: mark.medal.bytes)
        }
        if isMedal { return }
        mark.result = deal.result.map { $0 == .applied ? .applied : .declined } ?? .void
        heard[character]?.append(mark)
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

    func allow(_ character: CharacterID) { refused.remove(character) }

    /// The deals that a character has heard the end of, in their order; nil while it is not here.
    func deals(heardBy character: CharacterID) -> [DealMark]? { heard[character] }

    /// The characters that are in.
    var characters: [CharacterID] { bodies.keys.sorted() }
}
