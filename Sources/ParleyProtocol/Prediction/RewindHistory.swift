/// An entity's states of the last ticks, on the server: lag compensation.
///
/// A player aims at a picture that is some ticks old. The client says with each command which
/// moment it drew (``CommandBundle/view(at:)``), and the server decides there whether the shot hit.
/// Nothing else is moved back, and a ``RewindLimit`` bounds the way back.
public struct RewindHistory<State: Sendable>: Sendable {
    private var states: TimedStates<State>

    /// A history of the last ticks.
    ///
    /// - Parameter ticks: How many; at 60 ticks a second, 16 are the 250 ms that are usual.
    public init(ticks: Int) {
        states = TimedStates(capacity: ticks + 1)
    }

    /// The oldest and the newest known tick.
    public var range: ClosedRange<Tick>? {
        guard let oldest = states.oldest, let newest = states.newest else { return nil }
        return oldest...newest
    }

    /// The state of the newest tick.
    public var newestState: State? { states.newestState }

    /// Records the state after a tick, once a tick.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - tick: The tick that it follows.
    ///   - isTeleport: Whether the entity did not move here from the tick before.
    public mutating func record(_ state: State, at tick: Tick, isTeleport: Bool = false) {
        _ = states.insert(state, at: tick, isTeleport: isTeleport)
    }

    /// Forgets all states, as for an entity that was not there.
    public mutating func removeAll() {
        states.removeAll()
    }

    /// The states around a moment; the nearest known one outside of the history.
    public func bracket(at moment: TickTime) -> StateBracket<State>? {
        states.bracket(at: moment, guess: 0)
    }
}

extension RewindHistory where State: Interpolatable {
    /// The state at a moment, which may lie between two ticks, as clients drew it.
    public func state(at moment: TickTime, tickRate: Int) -> State? {
        bracket(at: moment)?.state(tickRate: tickRate)
    }
}

/// The bounds of a rewind.
public struct RewindLimit: Hashable, Sendable {
    /// The most ticks back, whatever the client claims.
    public let maximumTicks: Double

    /// How many ticks the claimed moment may differ from the expected one.
    public let tolerance: Double

    /// A limit.
    ///
    /// - Parameters:
    ///   - maximumTicks: The most ticks back.
    ///   - tolerance: See ``tolerance``; nil to believe every claim within the maximum.
    public init(maximumTicks: Double, tolerance: Double? = nil) {
        self.maximumTicks = max(0, maximumTicks)
        self.tolerance = max(0, tolerance ?? .infinity)
    }

    /// The moment at which to decide.
    ///
    /// - Parameters:
    ///   - claimed: The moment that the client says it drew; nil without a claim.
    ///   - expected: The moment that it should have drawn, from its round trip and the usual delay
    ///     of interpolation; nil when that is unknown.
    ///   - now: The tick that is run.
    /// - Returns: The claimed moment, or the expected one where they differ too much; never after
    ///   `now`, and never too far back. Without either it is `now`.
    public func moment(
        claimed: TickTime?, expected: TickTime? = nil, now: Tick
    ) -> TickTime {
        var moment = claimed ?? expected ?? TickTime(now)
        if let expected, abs(moment.ticks - expected.ticks) > tolerance { moment = expected }
        let earliest = TickTime(now).advanced(byTicks: -maximumTicks)
        return min(max(moment, earliest), TickTime(now))
    }
}
