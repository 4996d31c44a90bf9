package import ParleyProtocol
package import ParleySockets

/// A client's measurements of its link, as a value: pings, their answers and ticks go in.
package struct LinkMeter: Sendable {
    /// Pings whose answer would still be believed.
    private static let remembered = 16

    private var pings: [(mark: UInt32, sent: NetworkInstant)] = []
    private var nextMark: UInt32 = 1
    private var roundTrip = RoundTripEstimator()
    private var newest: Tick?
    private var gate: TickGate?

    /// The measurements so far.
    package private(set) var statistics = ClientStatistics()

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

    /// A snapshot of this tick came. One from a future that the server cannot have reached is
    /// counted as malformed.
    ///
    /// - Returns: Whether it is newer than all before.
    package mutating func snapshot(
        of tick: Tick, cadence: SnapshotCadence, at now: NetworkInstant
    ) -> Bool {
        var gate = gate ?? TickGate(tickRate: Int(cadence.tickRate))
        defer { self.gate = gate }
        guard gate.admits(tick, at: .nanoseconds(now.nanoseconds)) else {
            statistics.malformedDatagrams += 1
            return false
        }
        return count(tick, cadence)
    }

    /// A packet of a snapshot came that a ``ClientPrediction`` has judged: one of several of its
    /// tick, perhaps.
    package mutating func show(of tick: Tick, cadence: SnapshotCadence) {
        if tick != newest { _ = count(tick, cadence) }
    }

    private mutating func count(_ tick: Tick, _ cadence: SnapshotCadence) -> Bool {
        if let newest {
            guard tick > newest else {
                statistics.lateSnapshots += 1
                return false
            }
            let due = cadence.count(through: tick) - cadence.count(through: newest)
            statistics.lostSnapshots += due > 0 ? due - 1 : 0
        }
        newest = tick
        statistics.serverTick = max(statistics.serverTick, tick)
        statistics.snapshots += 1
        return true
    }

    package mutating func noteNotice() { statistics.notices += 1 }
    package mutating func noteStray() { statistics.strayDatagrams += 1 }
    package mutating func noteMalformed() { statistics.malformedDatagrams += 1 }
}
