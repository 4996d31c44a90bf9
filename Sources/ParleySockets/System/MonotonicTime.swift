#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The system's monotonic clock, read without a system call.
struct MonotonicTime: Sendable {
    var now: NetworkInstant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return NetworkInstant(
            nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The finest step of `now`.
    var resolution: Duration { .nanoseconds(1) }
}

/// A number that tells threads apart while they live.
package func currentThreadID() -> UInt {
    UInt(pthread_self())
}
