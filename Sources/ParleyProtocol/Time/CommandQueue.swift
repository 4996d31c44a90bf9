public import ParleyDatagrams

/// One player's commands on the server, by tick: the world takes exactly one each tick.
///
/// Whatever a client sends, each tick has one command, the first that arrived for it; it can
/// neither run twice nor be taken back. Memory is bounded, and so is the work between two ticks:
/// commands beyond a budget are counted and not examined. The queue measures how early commands
/// arrive, and a ``CommandReport`` takes that to the client's ``InputClock``.
///
/// Commands stay bytes until their tick, so the queue knows no game. The game decodes what a tick
/// took, lets a ``CommandStandIn`` replace what is missing or cannot be decoded, and tells the queue
/// the command's origin (``count(_:)``).
public struct CommandQueue: Sendable {
    /// The command of a tick, whose bytes were appended to a datagram.
    public struct TickCommand: Hashable, Sendable {
        /// How many bytes it has.
        public let byteCount: Int

        /// The moment that the player saw when giving it; nil when that is unknown.
        public let view: TickTime?
    }

    /// The most bytes of waiting commands. Each tick of the window has room for the longest command
    /// that came, so at 60 ticks a second commands may have 2,170 bytes, and at 1,000 ticks 122. Longer
    /// ones are dropped and counted.
    public static var maximumBytes: Int { 131_072 }

    /// How many ticks ahead of the newest taken one a command may be.
    public let window: Int

    /// Commands that are examined: this many more with each tick, sixteen times as many at once.
    private static var budgetPerTick: Int { 32 }

    /// A world that has taken no tick for longer stands still: a few ticks are made good, no more.
    private static var measurableTicks: Double { 8 }

    private let tickRate: Double
    /// The commands after `taken`, each in the slot of its tick's remainder; none is further away than
    /// the window. Their tags are the lags of their views.
    private var store: CommandStore
    private var taken: Tick
    private var takenTime: Duration
    /// Bit n: the command of the tick n before `taken` has come, in time or late.
    private var came: UInt64 = .max
    private var budget = budgetPerTick * 16
    private var loss = LossDetector()
    private var worst: CommandReport.Arrival?

    /// Counts of the commands so far.
    public private(set) var statistics = CommandStatistics()

    /// A queue for a player who joins after a tick.
    ///
    /// - Parameters:
    ///   - tickRate: Ticks a second.
    ///   - window: How many ticks ahead a command may be; nil for one second's, at least 16.
    ///   - tick: The newest tick the world ran.
    ///   - now: When it ran.
    public init(tickRate: Int, window: Int? = nil, after tick: Tick, at now: Duration) {
        self.tickRate = Double(max(1, tickRate))
        self.window = min(max(window ?? max(16, tickRate), 1), 4_096)
        store = CommandStore(slots: self.window, maximumBytes: Self.maximumBytes)
        taken = tick
        takenTime = now
    }

    /// Takes a packet in: a ``CommandBundle`` that fills the rest of a datagram.
    ///
    /// A bundle none of whose commands is of use is not read beyond its first bytes.
    ///
    /// - Returns: The tick of the newest command.
    /// - Throws: `DatagramError` if the bytes are no bundle. Then no command of it is kept.
    @discardableResult
    public mutating func receive(
        _ reader: inout DatagramReader, at now: Duration
    ) throws(DatagramError) -> Tick {
        let header = try CommandBundleHeader(from: &reader)
        let wanted = admit(header, at: now)
        if wanted != 0 {
            let layout = try CommandBundleLayout(header, from: &reader)
            try reader.expectEnd()
            store(header, layout, wanted: wanted, of: reader.datagram)
        }
        return header.newest
    }

    /// Takes in all that a packet says but its commands: which of those are of use, what was lost, and
    /// how early they came.
    ///
    /// - Returns: Bit n: the command with this number, 0 being the oldest, is the first for its tick
    ///   and in time.
    private mutating func admit(_ header: CommandBundleHeader, at now: Duration) -> UInt16 {
        loss.receive(header.packet)
        var wanted: UInt16 = 0
        for number in 0..<header.count {
            guard budget > 0 else {
                statistics.dropped += 1
                continue
            }
            budget -= 1
            let tick = header.tick(ofCommand: number)
            let use = use(of: tick)
            if use == .wanted { wanted |= 1 << UInt16(number) }
            // The newest one's way was not prolonged by waiting for a next packet.
            if use != .duplicate, tick == header.newest { measure(tick, at: now) }
        }
        return wanted
    }

    private mutating func store(
        _ header: CommandBundleHeader, _ layout: CommandBundleLayout, wanted: UInt16,
        of datagram: Datagram
    ) {
        let lag = header.viewLag256.map(UInt32.init) ?? .max
        for number in 0..<header.count where wanted & (1 << UInt16(number)) != 0 {
            let range = layout.range(ofCommand: number)
            let slot = slot(of: header.tick(ofCommand: number))
            if !store.insert(range, of: datagram, tag: lag, in: slot) { statistics.dropped += 1 }
        }
    }

    /// Takes the command of a tick: the first that arrived for it.
    ///
    /// The caller says afterwards, by ``count(_:)``, which command the tick had.
    ///
    /// - Parameters:
    ///   - tick: Newer than the last one; it should be the next. Commands of skipped ticks are
    ///     dropped.
    ///   - now: When the tick is due, which may be a little earlier than it is really run.
    ///   - bytes: Gets the command's bytes at its end.
    /// - Returns: The command; nil if none came.
    public mutating func take(
        _ tick: Tick, at now: Duration, into bytes: inout Datagram
    ) -> TickCommand? {
        let step = max(0, taken.distance(to: tick))
        drop(passedBefore: tick, step: step)
        taken = max(taken, tick)
        takenTime = now
        budget = min(budget + Self.budgetPerTick, Self.budgetPerTick * 16)
        came = step < UInt64.bitWidth ? came << UInt64(step) : 0
        guard step > 0, step <= window, let own = store.take(slot(of: tick), into: &bytes) else {
            return nil
        }
        came |= 1
        let view = UInt16(exactly: own.tag).map { TickTime(tick, behindBy256ths: $0) }
        return TickCommand(byteCount: own.byteCount, view: view)
    }

    /// Counts the command that a tick had, the client's or a stand-in.
    public mutating func count(_ origin: CommandOrigin) {
        switch origin {
        case .given: statistics.onTime += 1
        case .repeated: statistics.repeated += 1
        // Before the first command none is missing.
        case .idle: statistics.idle += statistics.onTime > 0 ? 1 : 0
        }
    }

    /// The report for the next snapshot; the next report starts anew.
    public mutating func takeReport() -> CommandReport {
        defer { worst = nil }
        return CommandReport(
            taken: taken, worst: worst, loss: loss.rate.share, lossRun: loss.runToCover)
    }

    private func slot(of tick: Tick) -> Int { Int(tick.number % UInt32(window)) }

    /// The use of a command that arrived.
    private enum Use {
        /// It is the first for a tick that is still to come.
        case wanted
        /// It is the first for its tick, and came too late or much too early.
        case mistimed
        /// The command for this tick came before.
        case duplicate
    }

    private mutating func use(of tick: Tick) -> Use {
        let ahead = taken.distance(to: tick)
        guard ahead > 0 else { return acceptLate(ticksAgo: -ahead) ? .mistimed : .duplicate }
        guard ahead <= window else {
            statistics.early += 1
            return .mistimed
        }
        guard store.isOccupied(slot(of: tick)) else { return .wanted }
        statistics.duplicates += 1
        return .duplicate
    }

    private mutating func acceptLate(ticksAgo: Int) -> Bool {
        if ticksAgo < UInt64.bitWidth {
            let bit: UInt64 = 1 << UInt64(ticksAgo)
            guard came & bit == 0 else {
                statistics.duplicates += 1
                return false
            }
            came |= bit
        }
        statistics.late += 1
        return true
    }

    private mutating func measure(_ tick: Tick, at now: Duration) {
        let elapsed = (now - takenTime).inSeconds * tickRate
        // A server that stood still skips the ticks it missed, so the pause is no time on the way,
        // and when the packet arrived in it is not known.
        guard elapsed <= Self.measurableTicks else { return }
        let margin = Double(taken.distance(to: tick)) - elapsed
        if let worst, worst.margin <= margin { return }
        worst = CommandReport.Arrival(tick: tick, margin: margin)
    }

    /// The world goes on after a pause with another tick than the next.
    private mutating func drop(passedBefore tick: Tick, step: Int) {
        guard step > 1 else { return }
        for ahead in 1...min(step - 1, window)
        where store.remove(slot(of: taken.advanced(by: ahead))) {
            statistics.dropped += 1
        }
    }
}
