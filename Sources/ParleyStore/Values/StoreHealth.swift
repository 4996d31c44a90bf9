/// What operators watch in a store's rows.
public struct StoreHealth: Hashable, Sendable {
    /// Characters that may not play, because their states did not arrive.
    public var quarantined: Int
    /// Results of deals that wait to be told, in all outboxes.
    public var waitingEvents: Int
    /// When the oldest of those deals took place, in seconds since 1970; nil if none waits.
    public var oldestEvent: Int64?

    /// A look at the rows.
    public init(quarantined: Int, waitingEvents: Int, oldestEvent: Int64?) {
        self.quarantined = quarantined
        self.waitingEvents = waitingEvents
        self.oldestEvent = oldestEvent
    }
}
