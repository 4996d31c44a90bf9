import ArenaGame
import Parley
import Synchronization

/// Somebody who sees the server's world as well as what every player sees, and compares the two.
///
/// It asks: was each snapshot that a player is shown really so, is each player's story one that can
/// be, does each session end, and once. Everything is on the simulation's one thread, so its lock is
/// never waited for.
final class ArenaWitness: Sendable {
    private struct State {
        var counts = ArenaCounts()
        var complaints: [String] = []
        var records: [WorldRecord] = []
    }

    private let state = Mutex(State())
    /// Writes a line into the trace.
    let note: @Sendable (String) -> Void

    /// As many complaints are kept; the first is the one that matters.
    private static let mostComplaints = 20

    /// - Parameter note: Writes a line into the trace.
    init(note: @escaping @Sendable (String) -> Void) {
        self.note = note
    }

    var counts: ArenaCounts { state.withLock { $0.counts } }
    var complaints: [String] { state.withLock { $0.complaints } }

    func count(_ change: (inout ArenaCounts) -> Void) {
        state.withLock { change(&$0.counts) }
    }

    func complain(_ text: String) {
        note("WRONG: \(text)")
        state.withLock {
            if $0.complaints.count < Self.mostComplaints { $0.complaints.append(text) }
        }
    }

    // MARK: What there was to see

    /// A server begins with a world of its own; returns the number of this life.
    func beginLife() -> Int {
        state.withLock {
            $0.counts.lives += 1
            $0.records.append(WorldRecord())
            return $0.records.count - 1
        }
    }

    /// The world of a server's life has been shown.
    func published(_ snapshot: ArenaSnapshot, in life: Int) {
        let complaint = state.withLock { $0.records[life].add(snapshot) }
        if let complaint { complain("life \(life + 1): \(complaint)") }
    }

    /// Whether something was so at that tick, in one of the server's lives.
    ///
    /// Nothing tells a player which life a snapshot is from; but no two are the same with other
    /// people in them.
    func hasShown(_ words: [UInt32], of handle: EntityHandle, at tick: Tick) -> Bool {
        state.withLock { state in
            state.records.reversed().contains { $0.shows(words, of: handle, at: tick) }
        }
    }

    /// What somebody who stands still sees otherwise than the server in charge has just shown it.
    func difference(to frame: GameFrame<ArenaRules>) -> String? {
        state.withLock { state in
            guard let record = state.records.last else { return "no server ever began" }
            return record.difference(to: frame)
        }
    }
}
