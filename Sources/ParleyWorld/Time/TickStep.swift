public import ParleyProtocol

/// One fixed step of the world.
public struct TickStep: Hashable, Sendable {
    /// Which step it is: the first that a server runs is number 1.
    public let tick: Tick

    /// How much world time it covers: one second divided by the tick rate, always the same.
    public let duration: Duration

    /// The duration in seconds, as physics wants it.
    public var seconds: Double { duration / .seconds(1) }

    /// A step of this duration.
    public init(tick: Tick, duration: Duration) {
        self.tick = tick
        self.duration = duration
    }
}
