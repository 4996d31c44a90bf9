public import ParleySockets

/// One direction of a link: it computes when, and in what state, each packet arrives.
///
/// A pure value. It keeps no packets: it remembers how long it is busy and whether a burst of losses
/// is on, and returns the outcome of each packet. Its owner delivers the packets.
///
/// A packet waits for the link until those before it have been put on the wire, takes its size
/// divided by the bandwidth to be put there itself, and then its latency and jitter.
public struct Link: Sendable {
    /// The properties of the link. A change concerns the packets that are sent from then on.
    public var profile: LinkProfile {
        didSet { timing = LinkTiming(profile) }
    }
    private var timing: LinkTiming
    /// When the link has put on the wire all that was sent so far.
    private var busyUntil = NetworkInstant(nanoseconds: .min)
    /// The state of the Gilbert-Elliott model.
    private var isIll = false
    private var lastSent = NetworkInstant(nanoseconds: .min)

    /// A link that is idle, and well.
    public init(_ profile: LinkProfile) {
        self.profile = profile
        timing = LinkTiming(profile)
    }

    // MARK: Datagrams

    /// The outcome for a datagram of `byteCount` bytes that is sent at `now`.
    ///
    /// The same calls with the same numbers from `random` have the same results.
    public mutating func carry(
        _ byteCount: Int, at now: NetworkInstant, using random: inout some RandomNumberGenerator
    ) -> TransitOutcome {
        guard byteCount <= profile.mtu else { return .lost(.tooLong) }
        return carryPacket(byteCount, at: now, using: &random)
    }

    /// The outcome for one packet of any size: the request for a connection, or what answers it. A link that lets no datagram
    /// through may carry these.
    package mutating func carryPacket(
        _ byteCount: Int, at now: NetworkInstant, using random: inout some RandomNumberGenerator
    ) -> TransitOutcome {
        guard hasSpace(for: byteCount, at: now) else { return .lost(.queueFull) }
        let departure = transmit(byteCount, at: now)
        endOldBurst(at: now)
        if let reason = loses(using: &random) { return .lost(reason) }
        let first = transit(of: byteCount, from: departure, using: &random)
        guard random.happens(profile.duplication) else { return .delivered(first, copy: nil) }
        return .delivered(first, copy: transit(of: byteCount, from: departure, using: &random))
    }

    private func transit(
        of byteCount: Int, from departure: NetworkInstant,
        using random: inout some RandomNumberGenerator
    ) -> Transit {
        let arrival = arrival(from: departure, using: &random)
        return Transit(arrival: arrival, damage: damage(to: byteCount, using: &random))
    }

    private func damage(to byteCount: Int, using random: inout some RandomNumberGenerator)
        -> Damage
    {
        guard byteCount > 0 else { return .none }
        if random.happens(profile.truncation) {
            return .truncated(to: random.index(below: byteCount))
        }
        guard random.happens(profile.corruption) else { return .none }
        return .flippedBit(random.index(below: 8 * byteCount))
    }

    // MARK: The stream

    /// When bytes of a TCP connection, sent at `now`, arrive at the peer's socket.
    ///
    /// What a link does to datagrams, TCP makes a delay of. The bytes travel in segments of
    /// `segmentSize`; one that is lost or damaged is sent again after the retransmission timeout of
    /// RFC 6298 with Linux's bounds: a round trip and four times its variation, which counts as
    /// 200 ms at least, doubled each time up to two minutes. By then a burst of losses is over: the
    /// tries of one segment are lost independently. The quicker ways of TCP are left out,
    /// for the thin streams of games seldom have the three segments behind a lost one that they
    /// need. The last of `retransmissions` tries gets through: whether a connection ends before, on a
    /// link that loses everything, is for the network to say.
    ///
    /// - Parameters:
    ///   - byteCount: How many bytes. None stands for the segment that opens or ends a stream.
    ///   - now: When they are sent. Sending no more than `room(at:)` is left to the caller, as to
    ///     TCP: the queue drops nothing of a stream.
    ///   - previous: When the bytes before them arrive; these never come earlier. `nil` for the
    ///     first ones of a stream.
    ///   - random: The generator of losses and jitter.
    public mutating func carryStream(
        _ byteCount: Int, at now: NetworkInstant, after previous: NetworkInstant?,
        using random: inout some RandomNumberGenerator
    ) -> NetworkInstant {
        let departure = transmit(byteCount, at: now)
        endOldBurst(at: now)
        var last = arrival(from: departure, using: &random)
        var left = byteCount
        repeat {
            left -= Self.segmentSize
            let delay = retransmissionDelay(using: &random)
            if delay > 0 { last = max(last, departure.later(by: timing.latency).later(by: delay)) }
        } while left > 0
        return previous.map { max($0, last) } ?? last
    }

    /// The payload of a full TCP segment on an Ethernet, in bytes.
    public static let segmentSize = 1448

    /// How often TCP sends a segment again (Linux's `tcp_retries2`): for 13 minutes and more.
    public static let retransmissions = 15

    private mutating func retransmissionDelay(using random: inout some RandomNumberGenerator)
        -> Int64
    {
        var delay: Int64 = 0
        var timeout = timing.retransmissionTimeout
        var isLost = loses(using: &random) != nil
        for _ in 0..<Self.retransmissions {
            guard isLost || random.happens(profile.corruption) else { break }
            delay += timeout
            timeout = min(2 * timeout, LinkTiming.longestTimeout)
            isLost = random.happens(profile.loss.mean)
        }
        return delay
    }

    // MARK: The queue

    /// Bytes that were sent and are not on the wire yet.
    public func queued(at now: NetworkInstant) -> Int {
        guard let bandwidth = profile.bandwidth, busyUntil > now else { return 0 }
        let wait = Int128(busyUntil.nanoseconds) - Int128(now.nanoseconds)
        return Int(clamping: (wait * Int128(bandwidth) + 999_999_999) / 1_000_000_000)
    }

    /// Bytes that may be sent now before the queue is full.
    public func room(at now: NetworkInstant) -> Int {
        max(0, profile.queue - queued(at: now))
    }

    /// When this many bytes may be sent if nothing else is sent before: now, where there is space. An
    /// idle link accepts more than its queue holds.
    public func sendTime(for byteCount: Int, at now: NetworkInstant) -> NetworkInstant {
        guard let bandwidth = profile.bandwidth, busyUntil > now else { return now }
        let mayWait = LinkTiming.time(
            for: max(0, profile.queue - byteCount), bandwidth: bandwidth, roundedUp: false)
        return max(now, busyUntil.later(by: -mayWait))
    }

    /// When all that was sent so far is on the wire: now, on a link that is idle.
    public func idle(at now: NetworkInstant) -> NetworkInstant {
        max(now, busyUntil)
    }

    private func hasSpace(for byteCount: Int, at now: NetworkInstant) -> Bool {
        busyUntil <= now || byteCount <= room(at: now)
    }

    /// Puts bytes on the wire behind those before them; returns when the last one is there.
    private mutating func transmit(_ byteCount: Int, at now: NetworkInstant) -> NetworkInstant {
        let start = max(now, busyUntil)
        guard let bandwidth = profile.bandwidth else { return start }
        busyUntil = start.later(by: LinkTiming.time(for: byteCount, bandwidth: bandwidth))
        return busyUntil
    }

    // MARK: Chance

    /// A burst ends when nothing was sent for half a second. Otherwise a host that seldom sends,
    /// such as one that tries to connect, would stay in it for minutes.
    private mutating func endOldBurst(at now: NetworkInstant) {
        if lastSent.later(by: Self.longestBurst) < now { isIll = false }
        lastSent = now
    }

    private static let longestBurst: Int64 = 500_000_000

    private mutating func loses(using random: inout some RandomNumberGenerator) -> LossReason? {
        switch profile.loss {
        case .none:
            return nil
        case .independent(let probability):
            return random.happens(probability) ? .noise : nil
        case .bursts(let model):
            if random.happens(isIll ? model.recovery : model.worsening) { isIll.toggle() }
            let isLost = random.happens(isIll ? model.lossWhenIll : model.lossWhenWell)
            return isLost ? (isIll ? .burst : .noise) : nil
        }
    }

    private func arrival(
        from departure: NetworkInstant, using random: inout some RandomNumberGenerator
    ) -> NetworkInstant {
        var arrival = departure.later(by: timing.latency)
        if timing.jitter > 0 {
            let times = random.exponential(limit: Self.longestJitter)
            arrival = arrival.later(by: Int64(times * Double(timing.jitter)))
        }
        if random.happens(profile.reordering.probability) {
            arrival = arrival.later(by: timing.detour)
        }
        return arrival
    }

    /// The longest jitter, as a multiple of its mean.
    private static let longestJitter = 10
}
