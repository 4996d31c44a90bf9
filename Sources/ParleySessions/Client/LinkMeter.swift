package import ParleyProtocol
package import ParleySockets

/// Measurements of a client's link to its server.
package struct LinkStatistics: Hashable, Sendable {
    /// The smoothed time from a ping to its answer, nil before the first (RFC 6298's filter).
    package fileprivate(set) var roundTripTime: Duration?
    /// The smoothed difference of single round trips from that.
    package fileprivate(set) var roundTripVariation: Duration = .zero
    /// The newest tick that the server's answers named.
    package fileprivate(set) var serverTick = Tick(number: 0)
    /// UDP datagrams from other addresses than the server's.
    package fileprivate(set) var strayDatagrams: UInt64 = 0
    /// UDP datagrams of the server that are no packet, or one that the game refused.
    package fileprivate(set) var malformedDatagrams: UInt64 = 0
}

/// What a client measures, as a value: times of pings and their answers go in.
package struct LinkMeter: Sendable {
    /// Pings whose answer would still be believed.
    private static let remembered = 16

    private var pings: [(mark: UInt32, sent: NetworkInstant)] = []
    private var nextMark: UInt32 = 1
    private var roundTrip = RoundTripEstimator()

    /// The measurements so far.
    package private(set) var statistics = LinkStatistics()

    package init() {}

    /// A ping is sent now; its mark comes back in the answer.
    package mutating func ping(at now: NetworkInstant) -> UInt32 {
        let mark = nextMark
        nextMark &+= 1
        pings.append((mark, now))
        if pings.count > Self.remembered { pings.removeFirst() }
        return mark
    }

    /// Notes an answer; one to no ping of ours, or a second one, changes nothing.
    package mutating func pong(mark: UInt32, tick: Tick, at now: NetworkInstant) {
        guard let index = pings.firstIndex(where: { $0.mark == mark }) else { return }
        let sample = pings.remove(at: index).sent.duration(to: now)
        statistics.serverTick = max(statistics.serverTick, tick)
        roundTrip.receive(sample, at: .nanoseconds(now.nanoseconds))
        statistics.roundTripTime = roundTrip.smoothed
        statistics.roundTripVariation = roundTrip.variation
    }

    /// Notes a datagram from another address.
    package mutating func noteStray() { statistics.strayDatagrams += 1 }

    /// Notes a datagram of the server that means nothing.
    package mutating func noteMalformed() { statistics.malformedDatagrams += 1 }
}
