internal import ParleySockets

/// The virtual time of a simulation, which jumps to the next deadline when nothing else can happen.
struct SimulatedClock: NetworkClock {
    let loop: SimulatedLoop

    /// The virtual time now.
    var now: NetworkInstant { loop.now }

    /// A nanosecond.
    var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps until `deadline` of virtual time.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    func sleep(until deadline: NetworkInstant, tolerance: Duration?) async throws {
        try await loop.sleep(until: deadline)
    }
}
