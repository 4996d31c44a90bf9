/// One player's commands on the server, by tick: the world takes exactly one each tick.
///
/// Whatever a client sends, each tick has one command, the first that arrived for it; it can
/// neither run twice nor be taken back. Memory is fixed, and so is the work between two ticks:
/// commands beyond a budget are counted and not examined. The queue measures how early commands
/// arrive, and a ``CommandReport`` takes that to the client's ``InputClock``.
public struct CommandQueue<Command: Sendable>: Sendable {
    /// A player's command of one tick.
    public struct TickCommand: Sendable {
        /// The command.
        public let command: Command

        /// Whether the client gave it for this tick, or it stands in for a missing one.
        public let origin: CommandStandIn<Command>.Origin

        /// The moment that the player saw when giving it; nil when that is unknown.
        public let view: TickTime?
    }

    private struct Slot {
        var tick: Tick
        var command: Command
        var view: TickTime?
    }

    /// How many ticks ahead of the newest taken one a command may be.
    public let window: Int

    /// Commands that are examined: this many more with each tick, sixteen times as many at once.
    private static var budgetPerTick: Int { 32 }

    /// A world that has taken no tick for longer stands still: a few ticks are made good, no more.
    private static var measurableTicks: Double { 8 }

    private let tickRate: Double
    private var standIn: CommandStandIn<Command>
    private var slots: [Slot?]
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
    ///   - standIn: The stand-in for missing commands.
    ///   - window: How many ticks ahead a command may be; nil for one second's, at least 16.
    ///   - tick: The newest tick the world ran.
    ///   - now: When it ran.
    public init(
        tickRate: Int, standIn: CommandStandIn<Command>, window: Int? = nil, after tick: Tick,
        at now: Duration
    ) {
        self.tickRate = Double(max(1, tickRate))
        self.standIn = standIn
        self.window = min(max(window ?? max(16, tickRate), 1), 4_096)
        slots = Array(repeating: nil, count: self.window)
        taken = tick
        takenTime = now
    }

    /// Takes a packet. Nothing in it can make this fail.
    public mutating func receive(_ bundle: CommandBundle<Command>, at now: Duration) {
        store(bundle, wanted: admit(bundle.header, at: now))
    }

    /// Takes in all that a packet says but its commands: which of those are of use, what was lost, and
    /// how early they came.
    ///
    /// - Returns: Bit n: the command with this number, 0 being the oldest, is the first for its tick
    ///   and in time. The caller passes those to ``store(_:wanted:)``; the others need not even be
    ///   decoded.
    package mutating func admit(_ header: CommandBundleHeader, at now: Duration) -> UInt16 {
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

    /// Keeps the commands that ``admit(_:at:)`` wanted, until their ticks come.
    package mutating func store(_ bundle: CommandBundle<Command>, wanted: UInt16) {
        guard wanted != 0 else { return }
        let header = bundle.header
        for number in bundle.commands.indices where wanted & (1 << UInt16(number)) != 0 {
            let tick = header.tick(ofCommand: number)
            slots[Int(tick.number) % window] = Slot(
                tick: tick, command: bundle.commands[number], view: bundle.view(at: tick))
        }
    }

    /// Takes the command of a tick: the first that arrived for it, or a stand-in.
    ///
    /// - Parameters:
    ///   - tick: Newer than the last one; it should be the next. Commands of skipped ticks are
    ///     dropped.
    ///   - now: When the tick is due, which may be a little earlier than it is really run.
    public mutating func take(_ tick: Tick, at now: Duration) -> TickCommand {
        let step = max(0, taken.distance(to: tick))
        drop(passedBefore: tick, step: step)
        taken = max(taken, tick)
        takenTime = now
        budget = min(budget + Self.budgetPerTick, Self.budgetPerTick * 16)
        came = step < UInt64.bitWidth ? came << UInt64(step) : 0
        let own = step > 0 ? removeSlot(of: tick) : nil
        if own != nil { came |= 1 }
        let (command, origin) = standIn.next(own?.command)
        switch origin {
        case .given: statistics.onTime += 1
        case .repeated: statistics.repeated += 1
        // Before the first command none is missing.
        case .idle: statistics.idle += statistics.onTime > 0 ? 1 : 0
        }
        return TickCommand(command: command, origin: origin, view: own?.view)
    }

    /// The report for the next snapshot; the next report starts anew.
    public mutating func takeReport() -> CommandReport {
        defer { worst = nil }
        return CommandReport(
            taken: taken, worst: worst, loss: loss.rate.share, lossRun: loss.runToCover)
    }

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
        guard slots[Int(tick.number) % window] == nil else {
            statistics.duplicates += 1
            return .duplicate
        }
        return .wanted
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

    private mutating func removeSlot(of tick: Tick) -> Slot? {
        let index = Int(tick.number) % window
        guard let slot = slots[index], slot.tick == tick else { return nil }
        slots[index] = nil
        return slot
    }

    /// The world goes on after a pause with another tick than the next.
    private mutating func drop(passedBefore tick: Tick, step: Int) {
        guard step > 1 else { return }
        for index in slots.indices {
            guard let slot = slots[index], slot.tick < tick else { continue }
            slots[index] = nil
            statistics.dropped += 1
        }
    }
}
