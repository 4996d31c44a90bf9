extension SessionPackets {
    /// What the passing of time changed.
    package struct Passage: Hashable, Sendable {
        /// Whether the way changed.
        package var changedWay = false
        /// The address that has won, and to which packets go from now on.
        package var movedTo: PathID?
        /// The epoch whose opening key is to be wiped.
        package var retiredEpoch: UInt32?
    }

    /// Whether nothing can be due: mostly true, and quickly told.
    package func isSettled(at now: Duration) -> Bool {
        guard ping == nil, pong == nil, response == nil, paths.isSettled, opening.retirement == nil
        else { return false }
        return selector.isSettled(at: now)
            && received.acknowledgementDeadline.map { now < $0 } ?? true
    }

    /// Does what is due. ``nextControlPacket(at:challenge:)`` has what is to be sent.
    package mutating func advance(to now: Duration) -> Passage {
        let before = paths.currentID
        decidePath(at: now)
        return Passage(
            changedWay: selector.update(
                nextNumber: sent.nextNumber, probeTimeout: sent.probeTimeout, at: now),
            movedTo: paths.currentID == before ? nil : paths.currentID,
            retiredEpoch: opening.retire(at: now))
    }

    /// When to call ``advance(to:)`` and ``nextControlPacket(at:challenge:)`` next, if nothing else happens; nil
    /// if only a packet can change anything.
    package func nextTimeout() -> Duration? {
        let timeout = sent.probeTimeout
        let times = [
            controlTime, opening.retirement,
            sent.isExhausted
                ? nil
                : paths.nextTimeout(
                    count: challengeCount, roundTrip: sent.roundTrip.smoothed,
                    probeTimeout: timeout),
            selector.nextTimeout(probeTimeout: sent.probeTimeout),
        ]
        var next: Duration?
        for case let time? in times where next.map({ time < $0 }) ?? true { next = time }
        return next
    }
}
