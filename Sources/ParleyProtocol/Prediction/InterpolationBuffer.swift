/// The states of one remote entity that have come, to show it at any moment.
///
/// Snapshots may come late, twice and in any order. The moment to show is the client's
/// ``InterpolationClock``'s, the same for all entities, so what is seen together was together.
public struct InterpolationBuffer<State: Sendable>: Sendable {
    private var states: TimedStates<State>

    /// How many ticks after the newest state its movement is thought to go on; then it stands.
    public let maximumGuess: Double

    /// An empty buffer.
    ///
    /// - Parameters:
    ///   - capacity: How many states it keeps, the newest ones; at least two.
    ///   - maximumGuess: How many ticks the future may be guessed.
    public init(capacity: Int = 32, maximumGuess: Double = 15) {
        states = TimedStates(capacity: capacity)
        self.maximumGuess = max(0, maximumGuess)
    }

    /// The tick of the newest state.
    public var newest: Tick? { states.newest }

    /// How many states there are.
    public var count: Int { states.count }

    /// A state came.
    ///
    /// - Parameters:
    ///   - state: The entity.
    ///   - tick: When it was so.
    ///   - isTeleport: Whether it did not move here from the state before, but appeared: it is then
    ///     never shown between the two.
    /// - Returns: Whether it was of use: the first for its tick, and not too old.
    @discardableResult
    public mutating func insert(_ state: State, at tick: Tick, isTeleport: Bool = false) -> Bool {
        states.insert(state, at: tick, isTeleport: isTeleport)
    }

    /// A snapshot said nothing of the entity, because it is still as it was.
    ///
    /// Without this an entity that begins to move would seem to have moved slowly all the time.
    @discardableResult
    public mutating func stayed(until tick: Tick) -> Bool {
        guard let newest = states.newest, tick > newest, let state = states.newestState else {
            return false
        }
        return states.insert(state, at: tick, isTeleport: false)
    }

    /// What to show at a moment, nil before the first state.
    ///
    /// Before the oldest state it is that one. Behind the newest, movement goes on for a while.
    public func bracket(at moment: TickTime) -> StateBracket<State>? {
        states.bracket(at: moment, guess: maximumGuess)
    }
}

extension InterpolationBuffer where State: Interpolatable {
    /// The entity at a moment, nil before the first state.
    public func state(at moment: TickTime, tickRate: Int) -> State? {
        bracket(at: moment)?.state(tickRate: tickRate)
    }
}
