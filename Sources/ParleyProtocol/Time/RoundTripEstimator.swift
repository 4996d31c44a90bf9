/// The round trip on a link: how long, how unsteady, how often in vain.
///
/// The smoothed time and its variation are those of RFC 6298; jitter is the smoothed difference
/// between samples that follow each other (RFC 3550, A.8); the minimum of the last seconds is
/// the time without queues, which the smoothed time cannot tell.
public struct RoundTripEstimator: Hashable, Sendable {
    private struct Sample: Hashable {
        var roundTrip: Duration
        var time: Duration
    }

    /// How long a least sample is believed: 10 s.
    public static let minimumLifetime = Duration.seconds(10)

    /// The smoothed round trip, nil before the first sample.
    public var smoothed: Duration? { smoothing.smoothed }

    /// The smoothed difference of samples from that.
    public var variation: Duration { smoothing.variation }

    /// The smoothed difference between neighbouring samples.
    public private(set) var jitter: Duration = .zero

    /// The share of lost packets, smoothed over about 128.
    public private(set) var loss = LossRate()

    private var smoothing = RoundTripSmoothing()
    private var previous: Duration?
    /// Rising: the first is the least of all, each next one the least of those that came later.
    private var least: [Sample] = []

    /// An estimator without samples.
    public init() {}

    /// The least sample of the last 10 s, nil before the first.
    public var minimum: Duration? { least.first?.roundTrip }

    /// When to give up on an answer: the smoothed time and four variations (RFC 6298), between
    /// 20 ms and 2 s; 1 s before the first sample.
    public var timeout: Duration {
        guard let smoothed else { return .seconds(1) }
        return min(max(smoothed + variation * 4, .milliseconds(20)), .seconds(2))
    }

    /// An answer came after this time; one from the future is not believed.
    public mutating func receive(_ sample: Duration, at now: Duration) {
        guard sample >= .zero else { return }
        loss.note(isLost: false)
        remember(Sample(roundTrip: sample, time: now))
        if let previous {
            let difference = sample > previous ? sample - previous : previous - sample
            jitter += (difference - jitter) / 16
        }
        previous = sample
        smoothing.receive(sample)
    }

    /// Records that no answer came in time.
    public mutating func recordLoss() {
        loss.note(isLost: true)
    }

    private mutating func remember(_ sample: Sample) {
        while let last = least.last, last.roundTrip >= sample.roundTrip { least.removeLast() }
        least.append(sample)
        let oldest = sample.time - Self.minimumLifetime
        while let first = least.first, least.count > 64 || first.time < oldest {
            least.removeFirst()
        }
    }
}
