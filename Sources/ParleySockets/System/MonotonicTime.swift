internal import CParleySystem

/// The system's monotonic clock, read without a system call.
struct MonotonicTime: Sendable {
    var now: NetworkInstant { NetworkInstant(nanoseconds: parley_monotonic_nanoseconds()) }

    /// The finest step of `now`.
    var resolution: Duration { .nanoseconds(1) }
}
