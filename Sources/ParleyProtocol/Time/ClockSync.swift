/// How much the server's clock is ahead of ours, from questions and answers with four time stamps.
///
/// Each exchange says `((received there - sent here) + (sent there - received here)) / 2`, wrong by
/// at most half of its round trip. The exchange with the least round trip is believed (NTP's clock
/// filter, RFC 5905); an older one is believed less, by the possible drift of two clocks.
///
/// Both clocks count from any epoch. Playing does not depend on it: ``InputClock`` and
/// ``InterpolationClock`` measure for themselves. It serves joining, logs, and displayed times.
public struct ClockSync: Hashable, Sendable {
    private struct Sample: Hashable {
        var offset: Duration
        var roundTrip: Duration
        var time: Duration

        /// How wrong it may be by now, at 200 millionths of drift.
        func uncertainty(at now: Duration) -> Duration {
            roundTrip / 2 + max(now - time, .zero) / 5_000
        }
    }

    private static let capacity = 16

    private var samples: [Sample] = []

    /// A clock that knows nothing.
    public init() {}

    /// An exchange is over.
    ///
    /// - Parameters:
    ///   - sent: When the question left, on our clock.
    ///   - serverReceived: When the server got it, on its clock.
    ///   - serverSent: When its answer left, on its clock.
    ///   - received: When the answer came, on our clock. Stamps that contradict each other are
    ///     ignored.
    public mutating func receive(
        sent: Duration, serverReceived: Duration, serverSent: Duration, received: Duration
    ) {
        let thinking = serverSent - serverReceived
        let roundTrip = received - sent - thinking
        guard thinking >= .zero, roundTrip >= .zero else { return }
        let offset = ((serverReceived - sent) + (serverSent - received)) / 2
        samples.append(Sample(offset: offset, roundTrip: roundTrip, time: received))
        if samples.count > Self.capacity { samples.removeFirst() }
    }

    /// The server's time minus ours; nil before the first exchange.
    public func offset(at now: Duration) -> Duration? { best(at: now)?.offset }

    /// The error bound of the offset: half a round trip, and the drift since.
    public func uncertainty(at now: Duration) -> Duration? { best(at: now)?.uncertainty(at: now) }

    /// The server's time now; nil before the first exchange.
    public func serverTime(at now: Duration) -> Duration? { offset(at: now).map { now + $0 } }

    private func best(at now: Duration) -> Sample? {
        samples.min { $0.uncertainty(at: now) < $1.uncertainty(at: now) }
    }
}
