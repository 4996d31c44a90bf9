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

/// UDP datagrams that came to a server.
public struct ReceivedStatistics: Hashable, Sendable {
    /// All of them.
    public internal(set) var datagrams: UInt64 = 0
    /// Their payloads' bytes.
    public internal(set) var bytes: UInt64 = 0
    /// Pings, each answered.
    public internal(set) var pings: UInt64 = 0
    /// Commands that were taken.
    public internal(set) var commands: UInt64 = 0
    /// Packets of predicting clients' commands that were taken.
    public internal(set) var inputs: UInt64 = 0
    /// Commands that came late or twice.
    public internal(set) var staleCommands: UInt64 = 0
    /// Commands that were dropped for newer ones before a step could take them.
    public internal(set) var droppedCommands: UInt64 = 0
    /// Datagrams beyond a player's limits per second.
    public internal(set) var limited: UInt64 = 0
    /// Datagrams with more bytes than one may have.
    public internal(set) var oversized: UInt64 = 0
    /// Datagrams that are no message.
    public internal(set) var malformed: UInt64 = 0
    /// Datagrams with a token that no player has.
    public internal(set) var unknownTokens: UInt64 = 0
    /// How often a player's address changed.
    public internal(set) var rebindings: UInt64 = 0

    mutating func note(_ outcome: PacketOutcome, bytes: Int) {
        datagrams += 1
        self.bytes += UInt64(bytes)
        switch outcome {
        case .ping: pings += 1
        case .command(_, let droppedOldest):
            commands += 1
            if droppedOldest { droppedCommands += 1 }
        case .input: inputs += 1
        case .stale: staleCommands += 1
        case .limited: limited += 1
        case .oversized: oversized += 1
        case .malformed: malformed += 1
        case .unknownToken: unknownTokens += 1
        }
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
