public import ParleySessions

/// A server's counts since its start.
///
/// A server that has too much to do shows it here first: steps are skipped
/// (``TickStatistics/skipped``), commands are missed and input waits (``InputStatistics``), snapshots
/// are skipped (``SnapshotStatistics/skipped``). Lateness of steps alone does not show it, because
/// the server leaves out other work before it is late.
public struct ServerStatistics: Hashable, Sendable {
    /// Players who are in now, including those who are away.
    public internal(set) var players = 0
    /// Players who have lost their connection, and may come back.
    public internal(set) var away = 0
    /// How often a player came back.
    public internal(set) var returns: UInt64 = 0
    /// How the steps kept time.
    public internal(set) var ticks = TickStatistics()
    /// How the players' commands came in.
    public internal(set) var input = InputStatistics()
    /// Connections that were not let in.
    public internal(set) var refusals: UInt64 = 0
    /// Connections that ended in their handshake: the peer speaks no TLS, does not trust the server, is silent
    /// or had to make room. No event tells of them, as a stranger can cause any number.
    public internal(set) var failedHandshakes: UInt64 = 0
    /// Players who were in and have left.
    public internal(set) var departures: UInt64 = 0
    /// Requests that reached the world.
    public internal(set) var requests: UInt64 = 0
    /// Notices that were queued, one for each player who gets it.
    public internal(set) var notices: UInt64 = 0
    /// Notices that could not be encoded, or are too large for a frame: a fault of the game's.
    public internal(set) var unsendableNotices: UInt64 = 0
    /// UDP, from the clients.
    public internal(set) var received = ReceivedStatistics()
    /// Snapshots, to the clients.
    public internal(set) var snapshots = SnapshotStatistics()
}

extension ServerStatistics {
    /// Adds the counts of the sessions.
    mutating func add(_ sessions: SessionStatistics) {
        players = sessions.players
        away = sessions.disconnected
        returns = sessions.returns
        refusals = sessions.refusals
        failedHandshakes = sessions.failedHandshakes
        departures = sessions.departures
        notices = sessions.notices
        input.waiting = sessions.waiting
        input.droppedBySystem = sessions.droppedBySystem
    }
}

/// How the commands of predicting clients met their ticks, and what waited at the server.
public struct InputStatistics: Hashable, Sendable {
    /// Commands that were there when their tick was run.
    public internal(set) var given: UInt64 = 0
    /// Commands that were not, so that another one stood in: lost, late, or not read in time. Counted
    /// from a player's first command on.
    public internal(set) var missed: UInt64 = 0
    /// Datagrams that had arrived and were not looked at when the newest step began.
    public internal(set) var waiting = 0
    /// Datagrams that the system dropped because the server did not read them in time.
    public internal(set) var droppedBySystem: UInt64 = 0

    /// The share of commands that were missed, 0 to 1; 0 before the first.
    public var missedShare: Double {
        given + missed > 0 ? Double(missed) / Double(given + missed) : 0
    }
}

/// Snapshots that a server made and sent.
public struct SnapshotStatistics: Hashable, Sendable {
    /// Snapshots that the world made.
    public internal(set) var published: UInt64 = 0
    /// Snapshots that no client got, because the broadcaster was still busy with the one before.
    public internal(set) var skipped: UInt64 = 0
    /// Datagrams that were sent, at least one for each player and snapshot.
    public internal(set) var datagrams: UInt64 = 0
    /// Their payloads' bytes.
    public internal(set) var bytes: UInt64 = 0
    /// Datagrams that could not be sent.
    public internal(set) var failed: UInt64 = 0
    /// Snapshots that are more than 1,200 bytes with their header, which some paths do not carry.
    public internal(set) var oversized: UInt64 = 0
    /// Snapshots that could not be encoded: a fault of the game's.
    public internal(set) var unsendable: UInt64 = 0

    mutating func add(_ other: SnapshotStatistics) {
        datagrams += other.datagrams
        bytes += other.bytes
        failed += other.failed
        oversized += other.oversized
        unsendable += other.unsendable
    }
}
