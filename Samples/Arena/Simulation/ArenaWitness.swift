import ArenaGame
import Parley
import Synchronization

/// Compares the server's world with the state of every client.
///
/// It checks that each client's states are the server's, that each player's notices fit together, and
/// that each session ends exactly once. Everything runs on the simulation's one thread, so no task ever
/// waits for its lock.
final class ArenaWitness: Sendable {
    private struct State {
        var counts = ArenaCounts()
        var complaints: [String] = []
        var records: [WorldRecord] = []
    }

    private let state = Mutex(State())
    /// Writes a line into the trace.
    let note: @Sendable (String) -> Void
    /// Gets a line about how far the game is.
    let progress: ArenaPlan.Progress

    /// The number of complaints that are kept. The first is the one that matters.
    private static let mostComplaints = 20

    /// - Parameters:
    ///   - note: Writes a line into the trace.
    ///   - progress: Gets a line about how far the game is.
    init(
        note: @escaping @Sendable (String) -> Void,
        progress: @escaping ArenaPlan.Progress = { _ in }
    ) {
        self.note = note
        self.progress = progress
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

    // MARK: The server's states

    /// Notes that a server starts, with a new world.
    ///
    /// - Returns: The number of this life.
    func beginLife() -> Int {
        state.withLock {
            $0.counts.lives += 1
            $0.records.append(WorldRecord())
            return $0.records.count - 1
        }
    }

    /// Takes a snapshot of the world in one of the server's lives.
    func published(_ snapshot: ArenaSnapshot, in life: Int) {
        let complaint = state.withLock { $0.records[life].add(snapshot) }
        if let complaint { complain("life \(life + 1): \(complaint)") }
    }

    /// Whether an entity had this state at that tick, in one of the server's lives.
    ///
    /// A client cannot tell which life a snapshot is from, but no two lives have the same states.
    func hasShown(_ words: [UInt32], of handle: EntityHandle, at tick: Tick) -> Bool {
        state.withLock { state in
            state.records.reversed().contains { $0.shows(words, of: handle, at: tick) }
        }
    }

    /// What a client that stands still has otherwise than the newest snapshots of the running server.
    func difference(to frame: GameFrame<ArenaRules>) -> String? {
        state.withLock { state in
            guard let record = state.records.last else { return "no server ever began" }
            return record.difference(to: frame)
        }
    }
}
