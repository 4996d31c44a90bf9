internal import ParleySockets

/// The time of a simulated host, which jumps to the next deadline when nothing else can happen.
struct SimulatedClock: NetworkClock {
    let loop: SimulatedLoop

    /// What the host's clock shows.
    var now: NetworkInstant { loop.now }

    /// A nanosecond.
    var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps until `deadline` of the host's time.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    func sleep(until deadline: NetworkInstant, tolerance: Duration?) async throws {
        try await loop.sleep(until: deadline)
    }
}
