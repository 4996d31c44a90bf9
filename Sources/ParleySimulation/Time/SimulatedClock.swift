public import ParleySockets

/// The virtual time of a simulation, which jumps to the next deadline when nothing else can happen.
public struct SimulatedClock: NetworkClock {
    let loop: SimulatedLoop

    /// The virtual time now.
    public var now: NetworkInstant { loop.now }

    /// A nanosecond.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps until `deadline` of virtual time.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    public func sleep(until deadline: NetworkInstant, tolerance: Duration?) async throws {
        try await loop.sleep(until: deadline)
    }
}
