public import ParleySockets

/// What a store has counted since it was opened.
public struct StoreStatistics: Hashable, Sendable {
    /// Calls that wait for their transaction, or are in one.
    public package(set) var waiting = 0
    /// Calls that were answered.
    public package(set) var calls: UInt64 = 0
    /// Calls whose outcome stayed unknown.
    public package(set) var unknown: UInt64 = 0
    /// Calls that were refused, because too many waited.
    public package(set) var overloaded: UInt64 = 0
    /// How long transactions took: in SQLite from the first call's turn until the disk had it, each for the calls that
    /// had come; in PostgreSQL from a connection's turn until the server's answer, each for one call.
    public package(set) var batches = DurationHistogram()
    /// Transactions that began again, because others were in their way. None where there is one at a time.
    public package(set) var retries: UInt64 = 0
    /// The connections to a server; nil of a store that has none.
    public package(set) var connections: StoreConnections?

    /// Nothing yet.
    public init() {}
}

/// A store's connections to its server.
public struct StoreConnections: Hashable, Sendable {
    /// Those that a transaction has.
    public package(set) var busy = 0
    /// Those that wait for one.
    public package(set) var idle = 0
    /// How many were made since the store was opened: beyond the first ones, the growth under load and reconnects.
    public package(set) var made: UInt64 = 0
    /// How many ended before the store was closed: by the network, by the server, or because an answer was late.
    public package(set) var lost: UInt64 = 0

    /// None.
    public init() {}
}
