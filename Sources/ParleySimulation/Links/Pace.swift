internal import ParleySockets

/// The durations of a profile in nanoseconds, worked out once and not for each packet.
struct Pace: Sendable {
    let latency: Int64
    let jitter: Int64
    let detour: Int64
    let retransmissionTimeout: Int64

    /// The longest that is kept, nine years: sums of a few of them are numbers still.
    private static let longest = Int64.max / 32
    static let longestTimeout: Int64 = 120_000_000_000
    private static let leastVariation: Int64 = 200_000_000

    init(_ profile: LinkProfile) {
        latency = Self.kept(profile.latency)
        jitter = Self.kept(profile.jitter)
        detour = Self.kept(profile.reordering.delay)
        let timeout = 2 * latency + 2 * jitter + max(4 * jitter, Self.leastVariation)
        retransmissionTimeout = min(timeout, Self.longestTimeout)
    }

    private static func kept(_ duration: Duration) -> Int64 {
        min(max(duration.wholeNanoseconds, 0), longest)
    }

    /// Nanoseconds that bytes take at so many a second, rounded up.
    static func time(for byteCount: Int, bandwidth: Int) -> Int64 {
        let (product, overflow) = byteCount.multipliedReportingOverflow(by: 1_000_000_000)
        if !overflow, product < .max - bandwidth {
            return Int64((product + bandwidth - 1) / bandwidth)
        }
        return Int64(clamping: Int128(byteCount) * 1_000_000_000 / Int128(bandwidth) + 1)
    }
}

extension NetworkInstant {
    /// So many nanoseconds later, or the last instant that there is.
    func later(by nanoseconds: Int64) -> NetworkInstant {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return NetworkInstant(nanoseconds: overflow ? .max : sum)
    }
}
