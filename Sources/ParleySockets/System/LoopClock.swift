/// The system's monotonic time. A sleep is a timer of a loop, without another thread.
struct LoopClock: NetworkClock {
    private let group: EventLoopGroup
    private let time = MonotonicTime()

    init(group: EventLoopGroup) {
        self.group = group
    }

    /// The time now.
    var now: NetworkInstant { time.now }

    /// The smallest difference between two instants.
    var minimumResolution: Duration { time.resolution }

    /// Sleeps until `deadline`, by a timer of the caller's loop where the caller runs on one.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    func sleep(until deadline: NetworkInstant, tolerance: Duration?) async throws {
        try await (group.current ?? group.nextLoop()).sleep(until: deadline)
    }
}
