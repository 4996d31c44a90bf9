import Parley
import ParleyZones
import Synchronization

/// What the zones of a process have gone through.
final class ZoneWatch: Sendable {
    private struct State: Sendable {
        var zones: [any RunningZone] = []
        /// How many of them stood still at some time.
        var frozen: Int64 = 0
        /// How many states came in that a later version of the game had written.
        var newer: Int64 = 0
    }

    private let state = Mutex(State())

    /// Runs a zone until it ends, and looks each 5 ms whether it stands still.
    func run(_ zone: any RunningZone) async throws {
        state.withLock { $0.zones.append(zone) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await zone.run() }
            group.addTask {
                _ = try await zone.isRegistered()
                while !zone.isFrozen { try await zone.network.clock.sleep(for: .milliseconds(5)) }
                self.state.withLock { $0.frozen += 1 }
                try await zone.network.clock.sleep(for: .seconds(3_600))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// A character has arrived with a state of a later version than the zone's.
    func noteNewerState() { state.withLock { $0.newer += 1 } }

    var report: [String: Int64] {
        state.withLock { state in
            let counts = state.zones.map(\.statistics)
            return [
                "frozen": state.frozen, "newer": state.newer,
                "departures": Int64(counts.reduce(0) { $0 + $1.departures }),
                "failed": Int64(counts.reduce(0) { $0 + $1.failedArrivals }),
                "putBack": Int64(counts.reduce(0) { $0 + $1.putBack }),
            ]
        }
    }
}
