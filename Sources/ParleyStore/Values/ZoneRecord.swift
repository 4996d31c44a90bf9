public import ParleyHandoff

/// The row of a zone, with its beat.
public struct ZoneRecord: Hashable, Sendable {
    /// What a zone's process does.
    public enum Phase: Int, Hashable, Sendable {
        /// It loads its map and its state.
        case starting = 0
        /// It takes players.
        case ready = 1
        /// It gives its players away and takes no others.
        case draining = 2
        /// It has ended. Its name is free.
        case gone = 3
    }

    /// The life that has the name.
    public var life: ZoneProcess
    /// What it does.
    public var phase: Phase
    /// Where players and other servers reach it: text of the world server's choice, at most 255 bytes.
    public var address: String
    /// How many players it takes.
    public var capacity: UInt32
    /// How many it has, by its last beat.
    public var load: UInt32
    /// The number of its beats. A server that sees one number for a whole lease may take the name.
    public var beat: UInt64
    /// The mark of its registration, so that a repetition is recognised.
    public var mark: UInt64

    /// Whether its process may act.
    public var isAlive: Bool { phase != .gone }
}
