import Parley

/// The result of a simulated arena.
package struct ArenaReport: Sendable {
    package var seed: UInt64 = 0
    /// A hash of all events: equal for equal runs.
    package var traceHash: UInt64 = 0
    /// The number of events.
    package var events: UInt64 = 0
    /// The virtual time that passed.
    package var elapsed = Duration.zero
    package var counts = ArenaCounts()
    /// What went wrong, the first twenty; empty when nothing did.
    package var complaints: [String] = []

    package var isGood: Bool { complaints.isEmpty }
}

/// The counters of a simulated arena.
package struct ArenaCounts: Hashable, Sendable {
    /// Starts of a server.
    package var lives = 0
    /// Sessions that began; sessions ended by the bot, by a crash of its host, and otherwise.
    package var joined = 0
    package var left = 0
    package var crashed = 0
    package var lost = 0
    /// Attempts to join that failed.
    package var failedJoins = 0
    /// Snapshots that servers sent, one for each player.
    package var snapshotsSent: UInt64 = 0
    /// States of entities that bots saw, each compared with the server's.
    package var statesSeen: UInt64 = 0
    /// Packets of commands that servers accepted.
    package var inputs: UInt64 = 0
    /// Notices that servers sent, one for each player.
    package var notices: UInt64 = 0

    mutating func add(_ server: ServerStatistics) {
        snapshotsSent += server.snapshots.datagrams
        inputs += server.received.inputs
        notices += server.notices
    }
}
