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
            variation = sample / 2
            return
        }
        let difference = sample > before ? sample - before : before - sample
        variation += (difference - variation) / 4
        smoothed = before + (sample - before) / 8
    }
}
