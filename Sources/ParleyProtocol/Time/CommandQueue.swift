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
        loss.receive(bundle.packet)
        // By index: pairs of ticks and commands would be made anew for each packet.
        for index in bundle.commands.indices {
            let tick = bundle.tick(ofCommand: index)
            guard budget > 0 else {
                statistics.dropped += 1
                continue
            }
            budget -= 1
            let slot = Slot(
                tick: tick, command: bundle.commands[index], view: bundle.view(at: tick))
            let isFirst = accept(slot)
            // The newest one's way was not prolonged by waiting for a next packet.
            if isFirst, tick == bundle.newest { measure(tick, at: now) }
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

    /// Puts a command where it belongs.
    ///
    /// - Returns: Whether it is the first for its tick, wanted or not.
    private mutating func accept(_ slot: Slot) -> Bool {
        let ahead = taken.distance(to: slot.tick)
        guard ahead > 0 else { return acceptLate(ticksAgo: -ahead) }
        guard ahead <= window else {
            statistics.early += 1
            return true
        }
        let index = Int(slot.tick.number) % window
        guard slots[index] == nil else {
            statistics.duplicates += 1
            return false
        }
        slots[index] = slot
        return true
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
