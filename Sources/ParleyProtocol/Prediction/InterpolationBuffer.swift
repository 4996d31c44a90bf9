/// The received states of one remote entity, to draw it at any moment.
///
/// Snapshots may arrive late, twice and in any order. The client's ``InterpolationClock`` chooses
/// one moment for all entities, so entities that are drawn together were together.
public struct InterpolationBuffer<State: Sendable>: Sendable {
    private var states: TimedStates<State>

    /// For how many ticks after the newest state the movement goes on; then the entity stands.
    public let maximumGuess: Double

    /// An empty buffer.
    ///
    /// - Parameters:
    ///   - capacity: How many states it keeps, the newest ones; at least two.
    ///   - maximumGuess: See ``maximumGuess``.
    public init(capacity: Int = 32, maximumGuess: Double = 15) {
        states = TimedStates(capacity: capacity)
        self.maximumGuess = max(0, maximumGuess)
    }

    /// The tick of the newest state.
    public var newest: Tick? { states.newest }

    /// How many states there are.
    public var count: Int { states.count }

    /// Adds a state.
    ///
    /// - Parameters:
    ///   - state: The entity.
    ///   - tick: The state's tick.
    ///   - isTeleport: Whether the entity appeared here instead of moving: it is then never drawn
    ///     between this state and the one before.
    /// - Returns: Whether the state is new: the first for its tick, and not too old.
    @discardableResult
    public mutating func insert(_ state: State, at tick: Tick, isTeleport: Bool = false) -> Bool {
        states.insert(state, at: tick, isTeleport: isTeleport)
    }

    /// Notes that a snapshot did not mention the entity, because it is unchanged.
    ///
    /// Without this an entity that begins to move would seem to have crept all the time.
    @discardableResult
    public mutating func stayed(until tick: Tick) -> Bool {
        guard let newest = states.newest, tick > newest, let state = states.newestState else {
            return false
        }
        return states.insert(state, at: tick, isTeleport: false)
    }

    /// The states around a moment; nil before the first state.
    ///
    /// Before the oldest state it is that one. After the newest, movement goes on for a while.
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
