public import ParleyProtocol
public import ParleySockets

/// A snapshot and its tick.
public struct TimedSnapshot<Snapshot: Sendable>: Sendable {
    /// The tick after which it was taken.
    public let tick: Tick

    /// The state of the world.
    public let snapshot: Snapshot

    /// The newest of this client's commands that it knows, 0 for none.
    public let acknowledgedSequence: UInt32

    /// When it arrived, on the network's clock.
    public let received: NetworkInstant

    /// A snapshot of a tick.
    public init(
        tick: Tick, snapshot: Snapshot, acknowledgedSequence: UInt32, received: NetworkInstant
    ) {
        self.tick = tick
        self.snapshot = snapshot
        self.acknowledgedSequence = acknowledgedSequence
        self.received = received
    }
}
