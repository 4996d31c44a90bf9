/// The system's monotonic time; sleeping is a timer on a loop, without a thread in between.
public struct LoopClock: NetworkClock {
    private let group: EventLoopGroup
    private let time = MonotonicTime()

    init(group: EventLoopGroup) {
        self.group = group
    }

    /// The time now.
    public var now: NetworkInstant { time.now }

    /// The finest difference that can be told.
    public var minimumResolution: Duration { time.resolution }

    /// Sleeps until `deadline`, on the caller's own loop when it runs on one.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    public func sleep(until deadline: NetworkInstant, tolerance: Duration?) async throws {
        try await (group.current ?? group.nextLoop()).sleep(until: deadline)
    }
}
