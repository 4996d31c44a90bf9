import ParleyProtocol

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
    /// Datagrams with the number of a session that there is not, or of another protocol.
    public internal(set) var unknownSessions: UInt64 = 0
    /// Datagrams that were not what the player's client sealed: forged or damaged.
    public internal(set) var forged: UInt64 = 0
    /// Datagrams that came twice, too late, or from too many addresses.
    public internal(set) var dropped: UInt64 = 0
    /// How often a player's address changed.
    public internal(set) var rebindings: UInt64 = 0

    package init() {}

    mutating func note(_ outcome: PacketOutcome, bytes: Int) {
        datagrams += 1
        self.bytes += UInt64(bytes)
        switch outcome {
        case .ping: pings += 1
        case .control: break
        case .command(_, let droppedOldest):
            commands += 1
            if droppedOldest { droppedCommands += 1 }
        case .input: inputs += 1
        case .stale: staleCommands += 1
        case .limited: limited += 1
        case .oversized: oversized += 1
        case .malformed: malformed += 1
        case .foreign, .unknownSession: unknownSessions += 1
        case .dropped(_, .forged): forged += 1
        case .dropped(_, .malformed): malformed += 1
        case .dropped: dropped += 1
        }
    }
}
