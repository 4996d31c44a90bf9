/// Counts of one player's commands, each counted once.
public struct CommandStatistics: Hashable, Sendable {
    /// Ticks whose command was there.
    public internal(set) var onTime: UInt64 = 0

    /// Ticks for which the last command was repeated, because theirs was missing.
    public internal(set) var repeated: UInt64 = 0

    /// Ticks in which the player did nothing, because commands were missing for too long.
    public internal(set) var idle: UInt64 = 0

    /// Commands that arrived after their tick was taken.
    public internal(set) var late: UInt64 = 0

    /// Commands refused because their tick is too far away.
    public internal(set) var early: UInt64 = 0

    /// Copies of commands that had arrived before: the price of redundancy.
    public internal(set) var duplicates: UInt64 = 0

    /// Commands that were not examined, because there were too many at once, or whose tick was
    /// skipped.
    public internal(set) var dropped: UInt64 = 0

    /// Nothing happened yet.
    public init() {}

    /// The share of ticks whose command was missing; 0 before the first command.
    public var missedShare: Double {
        let missed = repeated + idle
        return missed == 0 ? 0 : Double(missed) / Double(onTime + missed)
    }
}
