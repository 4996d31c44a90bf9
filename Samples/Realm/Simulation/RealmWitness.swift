import Parley
import ParleyStore
import ParleyZones
import Synchronization

/// Checks what always holds in a realm, and collects what did not.
///
/// Everything runs on the simulation's one thread, so no task ever waits for its lock.
final class RealmWitness: Sendable {
    struct State {
        var counts = RealmCounts()
        var complaints: [String] = []
        /// The one owner of each epoch of each character.
        var owners: [CharacterID: [Epoch: ZoneProcess]] = [:]
        /// The newest epoch of each row.
        var epochs: [CharacterID: Epoch] = [:]
        /// Bodies that were simulated by another owner than the store's at the last look.
        var strays: Set<Stray> = []
        /// How often each bot was told of a wave again: each time a zone has died with its character.
        var returns: [String: Int] = [:]
        /// What each bot has heard of the others.
        var heard: [String: Set<String>] = [:]
    }

    struct Stray: Hashable {
        var character: CharacterID
        var owner: Owner
    }

    private let state = Mutex(State())
    /// Writes a line into the trace.
    let note: @Sendable (String) -> Void
    /// Gets a line about how far the realm is.
    let progress: RealmPlan.Progress

    /// The number of complaints that are kept. The first is the one that matters.
    private static let mostComplaints = 20

    init(
        note: @escaping @Sendable (String) -> Void,
        progress: @escaping RealmPlan.Progress = { _ in }
    ) {
        self.note = note
        self.progress = progress
    }

    var counts: RealmCounts { state.withLock { $0.counts } }
    var complaints: [String] { state.withLock { $0.complaints } }

    func count(_ change: (inout RealmCounts) -> Void) {
        state.withLock { change(&$0.counts) }
    }

    func complain(_ text: String) {
        note("WRONG: \(text)")
        state.withLock {
            if $0.complaints.count < Self.mostComplaints { $0.complaints.append(text) }
        }
    }

    // MARK: Bots

    /// A bot's waves went back to a checkpoint.
    func noteReturn(of name: String) {
        state.withLock { $0.returns[name, default: 0] += 1 }
    }

    /// The bots whose waves went back more often than zones have died.
    ///
    /// - Parameter zones: How many zones there are, each of which has one process at the end.
    func checkReturns(zones: Int) {
        let complaints = state.withLock { state in
            let deaths = state.counts.zoneServers - zones
            return state.returns.sorted { $0.key < $1.key }.filter { $0.value > deaths }
                .map {
                    "\($0.key): its waves went back \($0.value) times, and \(deaths) zones died"
                }
        }
        for complaint in complaints { complain(complaint) }
    }

    /// A bot hears what another one has said, which is said once.
    func hear(_ line: String, by hearer: String) {
        let isNews = state.withLock { state in
            state.counts.lines += 1
            return state.heard[hearer, default: []].insert(line).inserted
        }
        if !isNews { complain("\(hearer) hears twice: \(line)") }
    }

    // MARK: Zones and store

    /// Compares the zones with each other and with the store's rows.
    ///
    /// - Parameter simulated: What each living zone simulates at this moment. The rows are of the moment before.
    func look(at simulated: [[CharacterID: Owner]], _ rows: [CharacterRecord]) {
        let complaints = state.withLock { state in
            state.counts.looks += 1
            state.counts.characters = rows.count
            return state.check(rows) + state.check(simulated) + state.compare(simulated, rows)
        }
        for complaint in complaints { complain(complaint) }
    }

    /// Checks a frame of a client: the zone that it shows has to be the owner of its epoch.
    func check(_ zone: ZoneName, _ epoch: Epoch, of character: CharacterID) -> String? {
        state.withLock { state in
            guard let owner = state.owners[character]?[epoch], owner.zone != zone else {
                return nil
            }
            return "a frame of \(zone) at \(epoch), which is \(owner.zone)'s"
        }
    }
}

extension RealmWitness.State {
    /// Epochs in the store only rise, and none has two owners.
    mutating func check(_ rows: [CharacterRecord]) -> [String] {
        var complaints: [String] = []
        for row in rows {
            if let last = epochs.updateValue(row.epoch, forKey: row.character), row.epoch < last {
                complaints.append("\(row.character) went back from \(last) to \(row.epoch)")
            }
            if let owner = row.owner { complaints += note(owner, of: row.character) }
        }
        return complaints
    }

    /// At most one zone simulates a character.
    mutating func check(_ simulated: [[CharacterID: Owner]]) -> [String] {
        var complaints: [String] = []
        var places: [CharacterID: Owner] = [:]
        for zone in simulated {
            for (character, owner) in zone.sorted(by: { $0.key < $1.key }) {
                if let other = places.updateValue(owner, forKey: character) {
                    complaints.append("\(character) is in \(other) and in \(owner)")
                }
                complaints += note(owner, of: character)
            }
        }
        return complaints
    }

    /// Who simulates a character is its owner in the store. Zones are looked at just after the store, so only what is
    /// so twice counts.
    mutating func compare(
        _ simulated: [[CharacterID: Owner]], _ rows: [CharacterRecord]
    ) -> [String] {
        var owners: [CharacterID: Owner] = [:]
        for row in rows { owners[row.character] = row.owner }
        var found: Set<RealmWitness.Stray> = []
        var complaints: [String] = []
        for zone in simulated {
            for (character, owner) in zone.sorted(by: { $0.key < $1.key })
            where owners[character] != owner {
                let stray = RealmWitness.Stray(character: character, owner: owner)
                found.insert(stray)
                guard strays.contains(stray) else { continue }
                let now = owners[character].map { "\($0)" } ?? "out"
                complaints.append(
                    "\(character) is simulated in \(owner), and the store says \(now)")
            }
        }
        strays = found
        return complaints
    }

    private mutating func note(_ owner: Owner, of character: CharacterID) -> [String] {
        let process = ZoneProcess(owner.zone, owner.incarnation)
        let first = owners[character, default: [:]][owner.epoch] ?? process
        owners[character, default: [:]][owner.epoch] = first
        return first == process ? [] : ["\(character) has two owners at \(owner.epoch)"]
    }
}
