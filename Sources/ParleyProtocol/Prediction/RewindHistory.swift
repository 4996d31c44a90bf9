/// What was where in the last ticks, on the server: lag compensation.
///
/// A player aims at what the screen shows, which is some ticks old. The client says with each
/// command which moment it showed (``CommandBundle/view(at:)``), and whether it hit is decided
/// there. Nobody else is moved back, and how far back it goes has a limit.
public struct RewindHistory<State: Sendable>: Sendable {
    private var states: TimedStates<State>

    /// A history of the last ticks.
    ///
    /// - Parameter ticks: How many; at 60 ticks a second, 16 are the 250 ms that are usual.
    public init(ticks: Int) {
        states = TimedStates(capacity: ticks + 1)
    }

    /// The oldest and the newest tick it has.
    public var range: ClosedRange<Tick>? {
        guard let oldest = states.oldest, let newest = states.newest else { return nil }
        return oldest...newest
    }

    /// The state of the newest tick.
    public var newestState: State? { states.newestState }

    /// Remembers the state after a tick, once a tick.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - tick: The tick that it follows.
    ///   - isTeleport: Whether it did not move here from the tick before.
    public mutating func record(_ state: State, at tick: Tick, isTeleport: Bool = false) {
        _ = states.insert(state, at: tick, isTeleport: isTeleport)
    }

    /// Forgets everything, as for an entity that was not there.
    public mutating func removeAll() {
        states.removeAll()
    }

    /// The states around a moment, the nearest known where it is too old or to come.
    public func bracket(at moment: TickTime) -> StateBracket<State>? {
        states.bracket(at: moment, guess: 0)
    }
}

extension RewindHistory where State: Interpolatable {
    /// The state at a moment, which may lie between two ticks, as the clients saw it then.
    public func state(at moment: TickTime, tickRate: Int) -> State? {
        bracket(at: moment)?.state(tickRate: tickRate)
    }
}

/// How far back a player's shot may reach.
public struct RewindLimit: Hashable, Sendable {
    /// The most ticks it may reach back, whatever the client says.
    public let maximumTicks: Double

    /// How many ticks a client's word may differ from what the server expects of it.
    public let tolerance: Double

    /// A limit.
    ///
    /// - Parameters:
    ///   - maximumTicks: The most ticks back.
    ///   - tolerance: See ``tolerance``; nil to believe everything within the maximum.
    public init(maximumTicks: Double, tolerance: Double? = nil) {
        self.maximumTicks = max(0, maximumTicks)
        self.tolerance = max(0, tolerance ?? .infinity)
    }

    /// The moment in which to decide.
    ///
    /// - Parameters:
    ///   - claimed: What the client says it showed; nil when it says nothing.
    ///   - expected: What it should have shown, from its round trip and the usual delay of
    ///     interpolation; nil when that is unknown.
    ///   - now: The tick that is run.
    /// - Returns: The client's moment, or the expected one where they differ too much; never to
    ///   come, and never too far back. Who says nothing, and of whom nothing is expected, sees now.
    public func moment(
        claimed: TickTime?, expected: TickTime? = nil, now: Tick
    ) -> TickTime {
        var moment = claimed ?? expected ?? TickTime(now)
        if let expected, abs(moment.ticks - expected.ticks) > tolerance { moment = expected }
        let earliest = TickTime(now).advanced(byTicks: -maximumTicks)
        return min(max(moment, earliest), TickTime(now))
    }
}
