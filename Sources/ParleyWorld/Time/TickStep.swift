public import ParleyProtocol

/// One fixed step of the world.
public struct TickStep: Hashable, Sendable {
    /// The number of the step; the first that a server runs is 1.
    public let tick: Tick

    /// The world time that it covers: a second divided by the tick rate, always the same.
    public let duration: Duration

    /// The duration in seconds, for physics.
    public var seconds: Double { duration / .seconds(1) }

    /// A step of this duration.
    public init(tick: Tick, duration: Duration) {
        self.tick = tick
        self.duration = duration
    }
}
