import ParleyDatagrams
import ParleyHandoff
import ParleySockets

/// A small realm without sockets: zones, world servers, a store and clients, all of them the library's
/// machines, and the messages on their way between them.
///
/// A world advances by steps. Each is chosen by one word of 64 bits, so a list of words is an interleaving.
/// After each step the invariants are checked, and the first one that does not hold is kept.
struct HandoffWorld {
    var timings = HandoffTimings()
    var zones: [ZoneHost] = []
    var worlds: [WorldHost] = []
    var clients: [ClientHost] = []
    var store = StoreHost()
    var flight: [Envelope] = []
    var sentCount: UInt64 = 0
    /// The true time in microseconds.
    var now: Int64 = 0
    /// Clocks: a base at ``epoch``, and a rate in thousandths.
    var rates: [Int64]
    var bases: [Int64]
    var epoch: Int64 = 0
    var random: SeededGenerator
    var mutant: Mutant?
    /// Whether clocks may be so wrong that two zones show one character.
    var hasWildClocks = false
    var violation: String?
    var trace: (@Sendable (String) -> Void)?

    /// Who played which epoch, as the zones say.
    var played: [(character: CharacterID, epoch: Epoch, process: ZoneProcess)] = []

    /// The marks of calls that were made, for a mutant.
    var saidMarks: [UInt64] = []

    var zoneEffects: [ZoneHandoffs.Effect] = []
    var worldEffects: [WorldDirectory.Effect] = []
    var clientEffects: [ZoneFollower.Effect] = []

    static let names = ["east", "north", "south", "west"].compactMap { ZoneName($0) }
    static let flightLimit = 96

    init(
        zones zoneCount: Int, worlds worldCount: Int, characters: Int, mutant: Mutant?, seed: UInt64
    ) {
        random = SeededGenerator(seed: seed)
        self.mutant = mutant
        rates = Array(repeating: 1_000, count: zoneCount + worldCount + 1)
        bases = Array(repeating: 0, count: zoneCount + worldCount + 1)
        for index in 0..<zoneCount { zones.append(ZoneHost(machine: zoneMachine(index))) }
        for _ in 0..<worldCount { worlds.append(WorldHost(machine: worldMachine(zoneCount))) }
        for number in 1...characters {
            let character = CharacterID(rawValue: UInt64(number))
            store.table.add(character)
            clients.append(
                ClientHost(follower: ZoneFollower(character, timings: timings, at: .zero)))
        }
    }

    mutating func zoneMachine(_ index: Int) -> ZoneHandoffs {
        var timings = timings
        if mutant == .noFreeze { timings.freezeMargin = .seconds(-1_000) }
        return ZoneHandoffs(
            zone: Self.names[index], mark: random.next(), timings: timings, seatLimit: 8)
    }

    func worldMachine(_ zoneCount: Int) -> WorldDirectory {
        let names = Self.names.prefix(zoneCount)
        var neighbours: [ZoneName: [ZoneName]] = [:]
        for name in names { neighbours[name] = names.filter { $0 != name } }
        var timings = timings
        if mutant == .impatientWatch { timings.watchDuration = .seconds(1) }
        return WorldDirectory(entrance: Self.names[0], neighbours: neighbours, timings: timings)
    }

    /// A party's own clock.
    func clock(_ party: Party) -> Duration {
        let index =
            switch party {
            case .zone(let zone): zone
            case .world(let world): zones.count + world
            case .client, .store: zones.count + worlds.count
            }
        return .microseconds(bases[index] + (now - epoch) * rates[index] / 1_000)
    }

    /// Seconds since 1970, the same everywhere.
    var second: UInt64 { UInt64(now / 1_000_000) + 1_000_000 }

    /// Notes the first fault.
    mutating func fail(_ number: Int, _ text: String) {
        guard violation == nil else { return }
        violation = "invariant \(number): \(text)"
    }

    mutating func send(_ payload: Payload, from: Party, to: Party) {
        sentCount += 1
        let envelope = Envelope(from: from, to: to, payload: payload, number: sentCount)
        // What does not fit is lost. Streams are not lossy.
        guard flight.count < Self.flightLimit || envelope.isStreamed else { return }
        flight.append(envelope)
    }

    func note(_ line: @autoclosure () -> String) {
        if let trace { trace(line()) }
    }

    func index(of zone: ZoneName) -> Int? {
        zones.indices.first { Self.names[$0] == zone }
    }
}
