import Parley

/// What came of a simulated arena.
package struct ArenaReport: Sendable {
    package var seed: UInt64 = 0
    /// The same for two runs that are the same.
    package var traceHash: UInt64 = 0
    /// How many things happened.
    package var events: UInt64 = 0
    /// How much virtual time passed.
    package var elapsed = Duration.zero
    package var counts = ArenaCounts()
    /// What went wrong, the first things of it; empty when all went well.
    package var complaints: [String] = []

    package var isGood: Bool { complaints.isEmpty }
}

/// What was counted in a simulated arena.
package struct ArenaCounts: Hashable, Sendable {
    /// Times that a server began.
    package var lives = 0
    /// Sessions that began; those that the bot ended, that a crash of its host ended, that ended
    /// otherwise.
    package var joined = 0
    package var left = 0
    package var crashed = 0
    package var lost = 0
    /// Attempts to join that came to nothing.
    package var failedJoins = 0
    /// Snapshots that servers sent, one for each player.
    package var snapshotsSent: UInt64 = 0
    /// States of somebody or something that bots saw, each compared with what there was.
    package var statesSeen: UInt64 = 0
    /// Packets of commands that servers took.
    package var inputs: UInt64 = 0
    /// Notices that servers sent, one for each player.
    package var notices: UInt64 = 0

    mutating func add(_ server: ServerStatistics) {
        snapshotsSent += server.snapshots.datagrams
        inputs += server.received.inputs
        notices += server.notices
    }
}
