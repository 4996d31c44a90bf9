/// The server's newest state of the player's entity, and the prediction on top of it.
///
/// A command takes effect here in the same frame, by the same rules as on the server. When the
/// server's state of a tick arrives, everything up to that tick is settled: those commands are in
/// it, or were lost and never will be. The rest is run again on top of it. So each command counts
/// once. As long as the rules are deterministic and no other player interferes, the prediction
/// equals the server's state, some ticks early.
///
/// A tick without a command is predicted as the server runs it: ``CommandStandIn``.
///
/// The state should be quantised as it travels, at the end of each step of the rules: then a
/// correct prediction is equal, and no tolerance is needed.
public struct PredictedState<State: Equatable & Sendable, Command: Sendable>: Sendable {
    /// One step of the rules: the effect of a command on the state in a tick.
    public typealias Step = (_ state: inout State, _ command: Command, _ tick: Tick) -> Void

    private struct Entry {
        /// The player's command, nil where there was none.
        var command: Command?
        /// The state after it.
        var state: State
    }

    /// How many ticks the prediction may run ahead of the server's state.
    public let maximumAhead: Int

    /// The server's newest state.
    public private(set) var authoritative: State

    /// The tick of ``authoritative``.
    public private(set) var authoritativeTick: Tick

    /// The predicted state.
    public private(set) var predicted: State

    /// The tick of ``predicted``.
    public private(set) var tick: Tick

    /// Counts of right and wrong predictions.
    public private(set) var statistics = PredictionStatistics()

    /// One for each tick after the authoritative one, up to the predicted one.
    private var entries: [Entry] = []
    /// As it was after the authoritative tick, and after the predicted one.
    private var authoritativeStandIn: CommandStandIn<Command>
    private var standIn: CommandStandIn<Command>

    /// A prediction that begins with a state of the server.
    ///
    /// - Parameters:
    ///   - state: The state after a tick.
    ///   - tick: The state's tick.
    ///   - standIn: The stand-in for missing commands, the same as on the server.
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

    /// The state one tick before the predicted one. Draw between the two, by the fraction of
    /// ``InputClock/position(at:)``.
    public var previous: State { entries.dropLast().last?.state ?? authoritative }

    /// How many ticks the prediction is ahead.
    public var ahead: Int { entries.count }

    /// Whether a tick is near enough to be predicted.
    public func reaches(_ tick: Tick) -> Bool {
        authoritativeTick.distance(to: tick) <= maximumAhead
    }

    /// Runs a command.
    ///
    /// - Parameters:
    ///   - command: The player's command.
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

    /// Takes the server's state of a tick.
    ///
    /// - Parameters:
    ///   - state: The state, with all commands up to the tick in it.
    ///   - tick: The state's tick.
    ///   - isContinuation: Whether it is the same entity as before. Another one was not predicted,
    ///     but the commands since the tick move it too.
    ///   - replaysIfRight: Whether the commands since are run again although the prediction was
    ///     right, because something else that the rules look at may have changed; false where
    ///     nothing has.
    ///   - step: The rules.
    /// - Returns: The comparison; nil when a newer state arrived before.
    @discardableResult
    public mutating func reconcile(
        with state: State, at tick: Tick, isContinuation: Bool = true,
        replaysIfRight: Bool = true, by step: Step
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
        // The same commands on the same state would come to the same.
        let replayed = replaysIfRight || expected != state ? entries.count : 0
        if replayed > 0 || entries.isEmpty { replay(by: step) }
        statistics.replayed += UInt64(replayed)
        switch expected {
        case nil: statistics.unpredicted += 1
        case state: statistics.right += 1
        default: statistics.wrong += 1
        }
        return Reconciliation(
            tick: tick, expected: expected, actual: state, before: before, after: predicted,
            replayed: replayed)
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
