/// The smoothed round trip and its variation (RFC 6298, section 2; RFC 9002, section 5.3).
package struct RoundTripSmoothing: Hashable, Sendable {
    /// The smoothed round trip, nil before the first sample.
    package private(set) var smoothed: Duration?

    /// The smoothed difference of samples from that.
    package private(set) var variation: Duration = .zero

    /// Without samples.
    package init() {}

    /// Records a round trip, 0 or more.
    package mutating func receive(_ sample: Duration) {
        guard let before = smoothed else {
            smoothed = sample
            variation = sample.shifted(by: 1)
            return
        }
        let difference = sample > before ? sample - before : before - sample
        variation += (difference - variation).shifted(by: 2)
        smoothed = before + (sample - before).shifted(by: 3)
    }
}

extension Duration {
    /// Divided by a power of two, and rounded down. Dividing durations is generic, and takes ten times as long.
    fileprivate func shifted(by bits: Int) -> Duration {
        Duration(attoseconds: attoseconds >> bits)
    }
}
