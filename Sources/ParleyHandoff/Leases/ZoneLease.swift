/// A zone's right to act, as the zone itself knows it.
///
/// The lease counts from the *sending* of the newest heartbeat that was answered, on the zone's own clock: an
/// answer's way back may take any time.
///
/// | state | event | then |
/// |---|---|---|
/// | unregistered | time | sends a registration; again after `resendInterval`, with the same mark |
/// | unregistered | registered | active since the registration was sent |
/// | unregistered | refused | waits: another process of the name has a lease |
/// | active | time | a heartbeat each `heartbeatInterval`; to another world server after `worldPatience` |
/// | unregistered, active, frozen | the link with the world server is lost | the next one, at once |
/// | active | answered, done | the lease counts from that heartbeat's sending |
/// | active | `lease / 2` after it | no durable calls |
/// | active | `lease − freezeMargin` after it | frozen: no step, no snapshot, no message but heartbeats |
/// | frozen | answered, done | active: nobody else was given the zone |
/// | any | answered, refused | ended: the process must start again |
package struct ZoneLease: Sendable {
    /// The durations.
    package let timings: HandoffTimings
    /// The zone's name.
    package let zone: ZoneName
    /// The process, once it is registered.
    package private(set) var process: ZoneProcess?
    /// The process that has the zone's name, where that is why this one is not registered.
    package private(set) var holder: ZoneProcess?
    /// Whether the store has declared the process gone.
    package private(set) var isOver = false
    /// The world server that the zone talks to, counted from 0 on; the shell takes the remainder by how many
    /// there are.
    package private(set) var world = 0

    private let mark: UInt64
    private var provenAt: Duration?
    private var answeredAt: Duration?
    private var waitingSince: Duration?
    private var nextAt: Duration = .zero
    private var registeringSince: Duration?
    private var sent: [(number: UInt64, at: Duration)] = []
    private var number: UInt64 = 0

    /// How many unanswered heartbeats are remembered.
    private static let unansweredLimit = 8

    /// A zone that is to register.
    ///
    /// - Parameter mark: 64 random bits that name the process.
    package init(zone: ZoneName, mark: UInt64, timings: HandoffTimings) {
        self.zone = zone
        self.mark = mark
        self.timings = timings
    }

    /// Whether the zone must neither step nor send anything but heartbeats.
    package func isFrozen(at now: Duration) -> Bool {
        guard let provenAt, !isOver else { return true }
        return now - provenAt >= timings.freezeAfter
    }

    /// How long the zone may act without another answer; negative when that is over, nil before the first one.
    package func left(at now: Duration) -> Duration? {
        provenAt.map { timings.freezeAfter - (now - $0) }
    }

    /// Whether the zone may ask the store for durable things.
    package func allowsDurableCalls(at now: Duration) -> Bool {
        guard let provenAt, !isOver else { return false }
        return now - provenAt < timings.durableShare
    }

    /// Whether the zone may seal a player: a world server answered just now, and enough of the lease is left.
    package func allowsSealing(at now: Duration) -> Bool {
        guard allowsDurableCalls(at: now), let provenAt, let answeredAt else { return false }
        return now - answeredAt < timings.worldPatience
            && now - provenAt <= timings.lease - timings.sealReserve
    }

    /// When ``due(at:)`` has something next.
    package var nextTimeout: Duration? { isOver ? nil : nextAt }

    /// The registration or heartbeat that is due, if one is.
    package mutating func due(at now: Duration) -> OwnershipRequest? {
        guard !isOver, now >= nextAt else { return nil }
        if let waitingSince, now - waitingSince >= timings.worldPatience {
            world += 1
            self.waitingSince = now
        }
        let waitingSince = waitingSince ?? now
        self.waitingSince = waitingSince
        number += 1
        if sent.count == Self.unansweredLimit { sent.removeFirst() }
        sent.append((number, now))
        guard let process else {
            registeringSince = registeringSince ?? now
            nextAt = now + timings.resendInterval
            return .register(zone, mark: mark)
        }
        // Not later than the end of the patience: the next heartbeat goes to another world server then.
        nextAt = min(now + timings.heartbeatInterval, waitingSince + timings.worldPatience)
        return .beat(process, number: number)
    }

    /// The link with the world server that the zone talks to is lost, or none can be made: the next one is asked, at once.
    ///
    /// Not sooner than a repetition after a heartbeat without an answer, or links that come and go would use up the
    /// numbers that are remembered.
    package mutating func leaveWorld(at now: Duration) {
        guard !isOver else { return }
        world += 1
        waitingSince = nil
        let last = sent.last?.at ?? now - timings.resendInterval
        nextAt = min(nextAt, max(now, last + timings.resendInterval))
    }

    /// Takes an answer to a registration or a heartbeat.
    package mutating func receive(_ answer: ZoneAnswer, at now: Duration) {
        guard !isOver else { return }
        switch answer.kind {
        case .register: registered(answer, at: now)
        case .beat:
            guard answer.process == process else { return }
            guard answer.isDone else { return end() }
            guard let index = sent.firstIndex(where: { $0.number == answer.mark }) else { return }
            prove(sent[index].at, at: now)
            sent.removeFirst(index + 1)
        case .drain, .retire: break
        }
    }

    private mutating func registered(_ answer: ZoneAnswer, at now: Duration) {
        guard process == nil, answer.mark == mark, answer.process.zone == zone else { return }
        waitingSince = nil
        holder = answer.isDone ? nil : answer.process
        // All tries have one mark, and the answer does not say which it is to: the first is the safe guess.
        guard answer.isDone, let registeringSince else { return }
        process = answer.process
        sent.removeAll(keepingCapacity: true)
        prove(registeringSince, at: now)
        nextAt = now
    }

    private mutating func prove(_ sentAt: Duration, at now: Duration) {
        provenAt = max(provenAt ?? sentAt, sentAt)
        answeredAt = now
        waitingSince = nil
    }

    /// The store has declared the process gone.
    private mutating func end() {
        isOver = true
        sent.removeAll()
    }
}
