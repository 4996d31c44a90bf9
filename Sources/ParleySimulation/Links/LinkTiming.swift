internal import ParleySockets

/// The durations of a profile in nanoseconds, worked out once and not for each packet.
struct LinkTiming: Sendable {
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

    /// The nanoseconds that bytes take at a rate in bytes a second.
    static func time(for byteCount: Int, bandwidth: Int, roundedUp: Bool = true) -> Int64 {
        let slack = roundedUp ? bandwidth - 1 : 0
        let (product, overflow) = byteCount.multipliedReportingOverflow(by: 1_000_000_000)
        if !overflow, product <= .max - slack { return Int64((product + slack) / bandwidth) }
        let exact = Int128(byteCount) * 1_000_000_000 + Int128(slack)
        return Int64(clamping: exact / Int128(bandwidth))
    }
}

extension NetworkInstant {
    /// The instant that many nanoseconds later, clamped to the representable ones.
    func later(by nanoseconds: Int64) -> NetworkInstant {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        guard overflow else { return NetworkInstant(nanoseconds: sum) }
        return NetworkInstant(nanoseconds: nanoseconds < 0 ? .min : .max)
    }
}
