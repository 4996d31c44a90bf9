/// A point in a network's time, in nanoseconds since that network's epoch.
///
/// `SystemNetwork` uses the machine's monotonic clock, a simulation virtual time. One type serves both,
/// so that code can store and compare deadlines without naming the network.
public struct NetworkInstant: InstantProtocol, Sendable, Hashable {
    /// Nanoseconds since the network's epoch.
    public var nanoseconds: Int64

    /// The instant that many nanoseconds after the epoch.
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The instant `duration` later, or the last representable one.
    public func advanced(by duration: Duration) -> NetworkInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        guard overflow else { return NetworkInstant(nanoseconds: sum) }
        return NetworkInstant(nanoseconds: duration < .zero ? .min : .max)
    }

    /// The time from here to `other`; negative when `other` is earlier.
    public func duration(to other: NetworkInstant) -> Duration {
        .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds)
    }

    /// Whether `left` comes before `right`.
    public static func < (left: NetworkInstant, right: NetworkInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension Duration {
    /// This duration in nanoseconds, rounded towards zero and kept within 292 years.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard overflow || overflow2 else { return sum }
        return seconds < 0 ? .min : .max
    }
}

/// The clock of a network: the system's monotonic time, or a simulation's virtual time.
///
/// All code above the sockets sleeps on such a clock and never on the system's, so that a simulation
/// can run it.
public protocol NetworkClock: Clock, Sendable
where Instant == NetworkInstant, Duration == Swift.Duration {}
