public import ParleySockets

/// What a store has counted since it was opened.
public struct StoreStatistics: Hashable, Sendable {
    /// Calls that wait for their transaction, or are in one.
    public internal(set) var waiting = 0
    /// Calls that were answered.
    public internal(set) var calls: UInt64 = 0
    /// Calls whose outcome stayed unknown.
    public internal(set) var unknown: UInt64 = 0
    /// Calls that were refused, because too many waited.
    public internal(set) var overloaded: UInt64 = 0
    /// How long transactions took, from the first call's turn until the disk had it. Each holds the calls that had come.
    public internal(set) var batches = DurationHistogram()

    /// Nothing yet.
    public init() {}
}
