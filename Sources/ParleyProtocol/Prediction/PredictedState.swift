/// What the server last said of the player's own entity, and apart from it what it will be.
///
/// A command takes effect here in the same frame, by the same rules as on the server. When the
/// server's state of a tick comes, everything up to that tick is done with: those commands are in
/// it, or were lost and never will be. The rest is run again on top of it. So each command counts
/// once, and as long as the rules are deterministic and nobody else interferes, the prediction is
/// the truth, some ticks early.
///
/// A tick without a command of its own is predicted as the server does it: ``CommandStandIn``.
///
/// The state should be quantised as it travels, at the end of each step of the rules: then right
/// is equal, and nothing has to be forgiven.
public struct PredictedState<State: Equatable & Sendable, Command: Sendable>: Sendable {
    /// One step of the rules: what the command does to the state in a tick.
    public typealias Step = (_ state: inout State, _ command: Command, _ tick: Tick) -> Void

    private struct Entry {
        /// The player's command, nil where there was none.
        var command: Command?
        /// The state after it.
        var state: State
    }

    /// How many ticks it may run ahead of the server's state.
    public let maximumAhead: Int

    /// What the server said.
    public private(set) var authoritative: State

    /// When it was so.
    public private(set) var authoritativeTick: Tick

    /// What is shown and played with.
    public private(set) var predicted: State

    /// When it will be so.
    public private(set) var tick: Tick

    /// How good the predictions were.
    public private(set) var statistics = PredictionStatistics()

    /// One for each tick after the authoritative one, up to the predicted one.
    private var entries: [Entry] = []
    /// As it was after the authoritative tick, and after the predicted one.
    private var authoritativeStandIn: CommandStandIn<Command>
    private var standIn: CommandStandIn<Command>

    /// A prediction that begins with what the server said.
    ///
    /// - Parameters:
    ///   - state: The state after a tick.
    ///   - tick: Which one.
    ///   - standIn: What a missing command means, the same as on the server.
    ///   - maximumAhead: How many ticks may be predicted; then the player stands until the server
    ///     has said something, which bounds memory and the work of running commands again.
    public init(
        _ state: State, at tick: Tick, standIn: CommandStandIn<Command>, maximumAhead: Int = 128
    ) {
        authoritative = state
        authoritativeTick = tick
        predicted = state
        self.tick = tick
        self.standIn = standIn
        authoritativeStandIn = standIn
        self.maximumAhead = max(1, maximumAhead)
    }

    /// The state one tick before the predicted one: what is drawn lies between the two, by the
    /// fraction of ``InputClock/position(at:)``.
    public var previous: State { entries.dropLast().last?.state ?? authoritative }

    /// How many ticks the prediction is ahead.
    public var ahead: Int { entries.count }

    /// Whether a tick is near enough to be predicted.
    public func reaches(_ tick: Tick) -> Bool {
        authoritativeTick.distance(to: tick) <= maximumAhead
    }

    /// A command takes effect.
    ///
    /// - Parameters:
    ///   - command: What the player does.
    ///   - tick: In which tick; those between the last one and it have no command.
    ///   - step: The rules.
    /// - Returns: false when nothing was done: the tick is predicted already, or too far ahead.
    @discardableResult
    public mutating func apply(_ command: Command, for tick: Tick, by step: Step) -> Bool {
        guard tick > self.tick, reaches(tick) else { return false }
        while self.tick.distance(to: tick) > 1 { append(nil, by: step) }
        append(command, by: step)
        return true
    }

    /// The server's state of a tick came.
    ///
    /// - Parameters:
    ///   - state: The state, with all commands up to the tick in it.
    ///   - tick: Which one.
    ///   - isContinuation: Whether it is of the same thing as before; of another one nothing was
    ///     predicted, but the commands since the tick move it too.
    ///   - step: The rules.
    /// - Returns: What had been predicted and what is now; nil when a newer state came before.
    @discardableResult
    public mutating func reconcile(
        with state: State, at tick: Tick, isContinuation: Bool = true, by step: Step
    ) -> Reconciliation<State>? {
        let passed = authoritativeTick.distance(to: tick)
        guard passed > 0 else {
            statistics.outdated += 1
            return nil
        }
        let before = predicted
        let isPredicted = isContinuation && passed <= entries.count
        let expected = isPredicted ? entries[passed - 1].state : nil
        forget(through: tick, count: passed)
        authoritative = state
        replay(by: step)
        statistics.replayed += UInt64(entries.count)
        switch expected {
        case nil: statistics.unpredicted += 1
        case state: statistics.right += 1
        default: statistics.wrong += 1
        }
        return Reconciliation(
            tick: tick, expected: expected, actual: state, before: before, after: predicted,
            replayed: entries.count)
    }

    private mutating func append(_ command: Command?, by step: Step) {
        tick = tick.advanced(by: 1)
        step(&predicted, standIn.next(command).command, tick)
        entries.append(Entry(command: command, state: predicted))
    }

    private mutating func forget(through tick: Tick, count: Int) {
        for entry in entries.prefix(count) { _ = authoritativeStandIn.next(entry.command) }
        entries.removeFirst(min(count, entries.count))
        authoritativeTick = tick
        self.tick = max(self.tick, tick)
    }

    private mutating func replay(by step: Step) {
        predicted = authoritative
        standIn = authoritativeStandIn
        var tick = authoritativeTick
        for index in entries.indices {
            tick = tick.advanced(by: 1)
            step(&predicted, standIn.next(entries[index].command).command, tick)
            entries[index].state = predicted
        }
    }
}
