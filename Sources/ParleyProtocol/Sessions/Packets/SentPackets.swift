/// One direction's packets on their way: their numbers, what was acknowledged, and the round trip.
///
/// One packet at a time is timed, so a session needs no list of what it sent. Of the others it remembers which
/// went over UDP, because only their acknowledgements say that UDP works.
package struct SentPackets: Sendable {
    /// How far numbers may run ahead of the newest acknowledgement: a quarter of what the receiver can tell
    /// apart by the bits in the header.
    package static let furthestAhead: UInt64 = 1 << 22
    /// How long a peer waits for a packet that takes its acknowledgement along.
    package static let acknowledgementDelay = Duration.milliseconds(60)
    /// How many later packets must arrive before one is held to be lost (RFC 9002, section 6.1.1).
    private static let reordering: UInt64 = 3

    private struct Timed {
        var number: UInt64
        var sent: Duration
    }

    /// The number of the next packet.
    package private(set) var nextNumber: UInt64 = 0
    /// The number of the newest packet that the peer has.
    package private(set) var newestAcknowledged: UInt64?
    /// The round trip over UDP, acknowledgement's delay included.
    package private(set) var roundTrip = RoundTripSmoothing()
    /// How long an acknowledgement may take (RFC 9002, section 6.2.1), at most 3 s: the smoothed round trip,
    /// four variations, and the peer's delay. 1 s before the first sample.
    package private(set) var probeTimeout = Duration.seconds(1)
    private var timed: Timed?
    /// The packets over UDP that were not acknowledged.
    private var unacknowledged = RecentNumbers()
    /// The oldest packet over UDP that the newest acknowledgement names and none before it named; nil if it
    /// names none.
    private(set) var newlyConfirmed: UInt64?

    /// Nothing was sent.
    ///
    /// - Parameter roundTrip: The round trip that another measurement has shown.
    package init(roundTrip: Duration? = nil) {
        if let roundTrip { measure(roundTrip) }
    }

    /// Takes another measurement of the round trip, if packets have shown none yet.
    mutating func begin(withRoundTrip sample: Duration) {
        if roundTrip.smoothed == nil { measure(sample) }
    }

    /// Whether no packet may be sent before an acknowledgement comes.
    package var isExhausted: Bool {
        nextNumber - (newestAcknowledged.map { $0 + 1 } ?? 0) >= Self.furthestAhead
    }

    /// Takes a number for a packet.
    ///
    /// - Parameter isTimed: Whether its acknowledgement is measured, if no other packet's is: packets over UDP
    ///   that the peer has to acknowledge.
    package mutating func takeNumber(isTimed: Bool, at now: Duration) -> UInt64 {
        defer { nextNumber += 1 }
        let isOverdue = timed.map { now - $0.sent > probeTimeout + probeTimeout } ?? true
        if isTimed, isOverdue { timed = Timed(number: nextNumber, sent: now) }
        unacknowledged.append(isMarked: isTimed)
        return nextNumber
    }

    /// The acknowledgement of the packet that is on its way is not measured.
    mutating func forgetTimed() {
        timed = nil
    }

    /// An acknowledgement came.
    ///
    /// - Parameters:
    ///   - acknowledgement: What the peer has.
    ///   - isMeasured: Whether its way was UDP. One through the tunnel may name a packet whose first
    ///     acknowledgement was lost long ago.
    ///   - now: The time.
    /// - Returns: The number of the timed packet, if this acknowledges it.
    package mutating func receive(
        _ acknowledgement: PacketAcknowledgement, isMeasured: Bool = true, at now: Duration
    ) throws(PacketDrop) -> UInt64? {
        guard nextNumber > 0,
            let newest = acknowledgement.newestNumber(sentUpTo: nextNumber - 1)
        else { throw .malformed }
        newestAcknowledged = max(newestAcknowledged ?? 0, newest)
        newlyConfirmed = unacknowledged.unmark(newest) ? newest : nil
        var history = acknowledgement.history
        while history != 0 {
            let back = UInt64(history.trailingZeroBitCount) + 1
            history &= history - 1
            if back <= newest, unacknowledged.unmark(newest - back) {
                newlyConfirmed = newest - back
            }
        }
        guard let timed else { return nil }
        if acknowledgement.contains(timed.number, newest: newest) {
            if isMeasured { measure(now - timed.sent) }
            self.timed = nil
            return timed.number
        }
        if newest >= timed.number + Self.reordering { self.timed = nil }
        return nil
    }

    /// Computes the timeout once for each sample, as each packet needs it.
    private mutating func measure(_ sample: Duration) {
        roundTrip.receive(max(sample, .zero))
        guard let smoothed = roundTrip.smoothed else { return }
        let variations = max(roundTrip.variation * 4, .milliseconds(1))
        probeTimeout = min(smoothed + variations + Self.acknowledgementDelay, .seconds(3))
    }
}
