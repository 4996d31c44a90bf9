import ParleySockets
import ParleyWorld
import Synchronization

/// What a visit saw.
final class VisitBook: Sendable {
    private struct State {
        // One for the joining.
        var expected = 1
        var notices = 0
        var snapshots = 0
        var newest: NetworkInstant?
        var longestGap = Duration.zero
        var error: GameClientError?
    }

    private let state = Mutex(State())

    /// How many notices to this player have to come.
    var expected: Int { state.withLock { $0.expected } }
    /// How many came.
    var notices: Int { state.withLock { $0.notices } }
    /// Whether all are there, and a snapshot.
    var isComplete: Bool {
        state.withLock { $0.notices >= $0.expected && $0.snapshots > 0 }
    }
    /// How many snapshots came.
    var snapshots: Int { state.withLock { $0.snapshots } }
    /// The longest time between two snapshots.
    var longestGap: Duration { state.withLock { $0.longestGap } }

    /// The error that the session ended with; nil for none.
    var error: GameClientError? {
        get { state.withLock { $0.error } }
        set { state.withLock { $0.error = newValue } }
    }

    /// The server will send so many notices more.
    func asked(for count: UInt32) { state.withLock { $0.expected += Int(count) } }

    /// A notice to this player has come.
    func sawNotice() { state.withLock { $0.notices += 1 } }

    /// A snapshot has come.
    func sawSnapshot(at now: NetworkInstant) {
        state.withLock { state in
            state.snapshots += 1
            if let newest = state.newest {
                state.longestGap = max(state.longestGap, newest.duration(to: now))
            }
            state.newest = now
        }
    }
}
