/// The client's clock: which tick's command is due.
///
/// A command must reach the server before its tick, so the client runs ahead. The server measures
/// by how much; half a round trip would be a guess. A report says how early the command of a tick
/// arrived, and the client knows when it sent it. So it knows the latest time at which it could
/// have sent it, and with it that of every other tick: a line. Steering does not move the line, so
/// the clock follows it without waiting for an answer, and does not oscillate, however long the
/// way.
///
/// The clock keeps ahead of the line by what all but 1 % of the packets of the last 10 s needed, by
/// the time from a tick to the frame that gives its command, by a tick for each lost packet that
/// copies in the next one should replace, and by a small reserve. It runs at most 5 % faster or
/// slower. It jumps when that would take too long (``InputClock/Limits``): after joining, after a
/// pause. It gives no ticks while the server is silent.
///
/// Times are those of one clock that never runs backwards, from any epoch.
public struct InputClock: Sendable {
    /// The errors at which the clock jumps instead of running faster or slower, and where it stops.
    public struct Limits: Hashable, Sendable {
        /// Commands that arrive too late by more than this make it jump ahead: 100 ms.
        public var late = Duration.milliseconds(100)

        /// Commands that arrive too early by more than this make it jump back: 1 s.
        public var early = Duration.seconds(1)

        /// The same during the first reports, when a tick is already too late: 250 ms.
        public var earlyWhileJoining = Duration.milliseconds(250)

        /// Ticks that are due for longer are skipped: 250 ms.
        public var catchUp = Duration.milliseconds(250)

        /// After so long without a report the clock gives no more ticks: 1 s, or three usual gaps
        /// between reports where that is longer.
        public var silence = Duration.seconds(1)

        /// A server whose ticks are later by more than this after a silence stood still, and the
        /// clock jumps back: 250 ms.
        public var standstill = Duration.milliseconds(250)

        /// Ticks further ahead of the server's newest known tick are not given: 4 s, which is
        /// longer than a round trip of two seconds and a silence.
        public var ahead = Duration.seconds(4)

        /// The limits above.
        public init() {}
    }

    /// Ticks whose commands are due now.
    public struct DueTicks: Hashable, Sendable {
        /// One command for each, in this order.
        public let ticks: Range<Tick>

        /// Ticks that get no command any more, because the client stood still for too long.
        public let skipped: Int
    }

    private struct Sent {
        var tick: Tick
        var time: Double
    }

    private static let remembered = 1_024
    private static let ignoredShare = 0.01
    private static let samplesOfJoining = 5
    private static let samplesOfJump = 3

    /// Ticks a second, on the server's clock.
    public let tickRate: Int

    /// Each how many ticks their commands are sent, together.
    public let ticksPerPacket: Int

    private let limits: Limits
    private let isPolled: Bool
    private let period: Double
    private var clock: SlewedClock
    private var delays = DelayWindow()
    private var calls = DelayWindow()
    private var lastCall: Double?
    private var waiting = 0.0
    private var sent: [Sent?] = Array(repeating: nil, count: remembered)
    private var last: Tick
    private var newestReport: Tick?
    private var silence: SilenceDetector
    /// Commands sent before this time measure nothing: the server stood still while they arrived.
    private var measuredSince = -Double.infinity
    /// By how many ticks the clock ran ahead when the client joined.
    private let leadAtJoining: Double
    private let tickAtJoining: Tick
    private var isJoining = true

    /// How many lost packets in a row are made good by running ahead.
    private var covered = 0

    /// The line: by how many seconds commands are due too late to be just in time, for all but 1 %
    /// of the packets, and usually. Both are negative when commands are early enough.
    private var needed: Double?
    private var usual = 0.0

    /// How often the clock jumped.
    public private(set) var jumps = 0

    /// Ticks that got no command.
    public private(set) var skipped = 0

    /// A clock for a client that joins.
    ///
    /// - Parameters:
    ///   - tickRate: Ticks a second.
    ///   - tick: The newest tick of the server that is known.
    ///   - roundTrip: The time of a round trip, as far as is known; the reports correct it.
    ///   - now: When the tick became known.
    ///   - isPolled: Whether ``dueTicks(at:)`` is called once a frame, whatever is due then; false
    ///     if it is called at ``nextDue(after:)``.
    ///   - ticksPerPacket: See ``ticksPerPacket``: the first one's command waits for the last
    ///     one's, so the clock runs ahead by as much more.
    ///   - limits: How fast and how far the clock may go.
    public init(
        tickRate: Int, serverTick tick: Tick, roundTrip: Duration, at now: Duration,
        isPolled: Bool = true, ticksPerPacket: Int = 1, limits: Limits = Limits()
    ) {
        self.tickRate = max(1, tickRate)
        self.ticksPerPacket = min(max(1, ticksPerPacket), CommandBundle<Never>.maximumCount)
        self.isPolled = isPolled
        self.limits = limits
        period = 1 / Double(self.tickRate)
        // Too early costs a moment, too late costs commands: so two ticks more.
        let ahead = min(max(roundTrip.inSeconds, 0), 2) / period + 2
        let position = (Double(tick.number) + ahead).rounded(.up)
        clock = SlewedClock(rate: Double(self.tickRate), position: position, at: now.inSeconds)
        last = TickTime(ticks: position).tick
        leadAtJoining = ahead
        tickAtJoining = tick
        silence = SilenceDetector(limit: limits.silence.inSeconds, since: now.inSeconds)
    }

    /// How fast it runs: 0.95 to 1.05 times the tick rate.
    public var speed: Double { clock.speed }

    /// How many commands a packet should hold: those that can still be in time, at least two.
    public var redundancy: Int {
        let margin = typicalMargin?.inSeconds ?? 0
        let useful = Int((max(margin, 0) / period).rounded(.up)) + 1
        return min(max(useful, 2, ticksPerPacket), CommandBundle<Never>.maximumCount)
    }

    /// How early the clock means a usual command to arrive, nil before the first report.
    public var typicalMargin: Duration? {
        needed.map { .seconds(max(0, $0 - usual) + reserve) }
    }

    /// When to call ``dueTicks(at:)`` again, having called it now.
    ///
    /// - Returns: The time at which the next tick's command is due, at least a quarter of a tick
    ///   from now; a tick from now while the server is silent.
    public func nextDue(after now: Duration) -> Duration {
        let now = now.inSeconds
        if silence.isSilent(at: now) { return .seconds(now + period) }
        return .seconds(max(clock.time(of: Double(last.number) + 1), now + period / 4))
    }

    /// Whether no report came for so long that no ticks are given.
    public func isSilent(at now: Duration) -> Bool { silence.isSilent(at: now.inSeconds) }

    /// The moment of the game that the player acts in: the predicted present.
    public func position(at now: Duration) -> TickTime {
        TickTime(ticks: clock.position(at: now.inSeconds))
    }

    /// The ticks whose commands are due now, which then count as given.
    public mutating func dueTicks(at now: Duration) -> DueTicks {
        let now = now.inSeconds
        guard !silence.isSilent(at: now) else {
            if let target = target(at: now) { clock.steer(to: target, at: now) }
            lastCall = now
            return DueTicks(ticks: last..<last, skipped: 0)
        }
        noteCall(at: now)
        if let target = target(at: now) { clock.steer(to: target, at: now) }
        let present = min(TickTime(ticks: clock.position(at: now)).tick, furthest)
        let due = max(0, last.distance(to: present))
        let most = max(1, Int(limits.catchUp.inSeconds / period))
        let count = min(due, most)
        let first = last.advanced(by: due - count + 1)
        if due > 0 { last = present }
        skipped += due - count
        let ticks = count > 0 ? first..<first.advanced(by: count) : last..<last
        for tick in ticks {
            sent[Int(tick.number) % Self.remembered] = Sent(tick: tick, time: now)
        }
        return DueTicks(ticks: ticks, skipped: due - count)
    }

    /// The server's report came with a snapshot; one that is older than the last is ignored.
    public mutating func receive(_ report: CommandReport, at now: Duration) {
        if let newestReport, report.taken <= newestReport { return }
        newestReport = report.taken
        // At low tick rates a tick is long: no more than 100 ms are spent on this, but one tick.
        covered = min(Int(report.lossRun), max(1, tickRate / 10 / ticksPerPacket))
        let now = now.inSeconds
        hear(report.taken, at: now)
        guard !silence.isSilent(at: now), let worst = report.worst,
            let sent = sent[Int(worst.tick.number) % Self.remembered], sent.tick == worst.tick,
            sent.time >= measuredSince
        else { return }
        add((Double(worst.tick.number) - worst.margin) * period - sent.time, at: now)
        jumpIfFarOff(at: now)
        if delays.count >= Self.samplesOfJoining { isJoining = false }
    }

    /// The last tick that may be given.
    private var furthest: Tick {
        (newestReport ?? tickAtJoining).advanced(by: Int(limits.ahead.inSeconds / period))
    }

    private mutating func add(_ delay: Double, at now: Double) {
        delays.add(delay, at: now)
        usual = needed == nil ? delay : usual + (delay - usual) / 16
        needed = delays.worst(excluding: Self.ignoredShare, at: now)
    }

    /// Seconds beyond what the network needs.
    private var reserve: Double {
        let ticks = (covered + 1) * ticksPerPacket - 1
        return waiting + Double(ticks) * period + min(max(period / 4, 0.002), 0.005)
    }

    /// How long a command may be due before it is given.
    ///
    /// A caller that asks once a frame may ask just before a tick is due. The lateness of the last
    /// frames does not tell, because steering changes it, so a whole frame counts.
    private mutating func noteCall(at now: Double) {
        let lateness = now - clock.time(of: Double(last.number) + 1)
        let gap = lastCall.map { now - $0 } ?? 0
        lastCall = now
        let wait = isPolled ? gap : max(0, lateness)
        calls.add(min(wait, limits.catchUp.inSeconds), at: now)
        waiting = calls.worst(excluding: Self.ignoredShare, at: now) ?? 0
    }

    /// Where the clock should be.
    private func target(at now: Double) -> Double? {
        needed.map { (now + $0 + reserve) / period }
    }

    private mutating func jumpIfFarOff(at now: Double) {
        guard delays.count >= Self.samplesOfJump || isJoining,
            let recent = delays.median(ofNewest: Self.samplesOfJump)
        else { return }
        // Positive: even the usual packet comes too late by so many seconds.
        let late = (now + recent) - clock.position(at: now) * period
        let limitLate = isJoining ? period : limits.late.inSeconds
        let limitEarly = isJoining ? limits.earlyWhileJoining : limits.early
        let spread = typicalMargin?.inSeconds ?? 0
        guard late > limitLate || -late > limitEarly.inSeconds + spread else { return }
        moveLine(to: recent, at: now)
        guard let target = target(at: now) else { return }
        jump(to: target, at: now)
        isJoining = false
        // The present tick itself is still given.
        skip(through: TickTime(ticks: target).tick.advanced(by: -1))
    }

    /// Another line: all that was measured belongs to the old one, but for what jitter needs.
    private mutating func moveLine(to delay: Double, at now: Double) {
        let jitter = max(0, (needed ?? usual) - usual)
        delays = DelayWindow()
        delays.add(delay + min(jitter, limits.late.inSeconds), at: now)
        usual = delay
        needed = delays.worst(excluding: Self.ignoredShare, at: now)
    }

    private mutating func jump(to position: Double, at now: Double) {
        clock.jump(to: max(position, 0), at: now)
        jumps += 1
    }

    /// Ticks up to this one are never given: their time has passed.
    private mutating func skip(through tick: Tick) {
        let passed = last.distance(to: tick)
        guard passed > 0 else { return }
        last = tick
        skipped += passed
    }

    // MARK: Silence

    /// A tick of the server's became known.
    private mutating func hear(_ tick: Tick, at now: Double) {
        let lateness = now - Double(tick.number) * period
        let later = silence.hear(lateness, at: now, isAstray: isAstray(at: now))
        guard let later else { return }
        if later > limits.standstill.inSeconds {
            // The server's ticks come later, so commands for them may be given as much later.
            let before = clock.position(at: now)
            if needed != nil { moveLine(to: usual - later, at: now) }
            jump(to: target(at: now) ?? before - later / period, at: now)
            measuredSince = now
        }
        if isAstray(at: now) { joinAnew(at: tick, now) }
        skip(through: TickTime(ticks: clock.position(at: now)).tick)
    }

    /// Whether the clock is so far ahead that none of its ticks may be given.
    private func isAstray(at now: Double) -> Bool {
        TickTime(ticks: clock.position(at: now)).tick > furthest
    }

    /// Forgets all that was measured: it led nowhere.
    private mutating func joinAnew(at tick: Tick, _ now: Double) {
        (delays, needed, isJoining) = (DelayWindow(), nil, true)
        measuredSince = now
        jump(to: Double(tick.number) + leadAtJoining, at: now)
    }
}
