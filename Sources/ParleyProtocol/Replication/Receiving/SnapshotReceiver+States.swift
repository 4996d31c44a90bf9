extension SnapshotReceiver {
    /// The entities that are shown, in no order.
    public var entities: some Collection<EntityHandle> { aliases.keys }

    /// Whether an entity is shown.
    public func contains(_ handle: EntityHandle) -> Bool { aliases[handle] != nil }

    /// The number of an entity's type in the schema.
    public func type(of handle: EntityHandle) -> Int? { binding(handle)?.type }

    /// An entity's newest state.
    ///
    /// - Parameters:
    ///   - handle: which.
    ///   - type: from this receiver's schema.
    /// - Returns: `nil` when it is not shown, or of another type.
    public func state<Entity: Replicated>(
        of handle: EntityHandle, as type: EntityType<Entity>
    ) -> Entity? {
        guard let binding = binding(handle), binding.type == type.index else { return nil }
        return Entity(dequantising: words(of: binding.states, at: binding.states.newest).span)
    }

    /// An entity's state at a moment between two that were received, or a little after the newest.
    ///
    /// - Parameters:
    ///   - handle: which.
    ///   - type: from this receiver's schema.
    ///   - tick: when, in ticks and parts of one.
    ///   - tickDuration: seconds that a tick lasts.
    ///   - extrapolation: ticks after the newest state that are guessed; it stands still then.
    ///   - isTeleport: whether it did not move from one state to the next: then nothing between the
    ///     two is shown.
    /// - Returns: `nil` when it is not shown, or of another type.
    public func state<Entity: Replicated>(
        of handle: EntityHandle, as type: EntityType<Entity>, at tick: Double,
        tickDuration: Double, extrapolation: Double = 0,
        isTeleport: (_ earlier: Entity, _ later: Entity) -> Bool = { _, _ in false }
    ) -> Entity? {
        guard let binding = binding(handle), binding.type == type.index else { return nil }
        let states = binding.states
        let tick = tick.isNaN ? 0 : tick
        let reached = UInt32(min(max(tick, 0), Double(UInt32.max)))
        let place = states.place(upTo: reached) ?? 0
        let earlier = min(place, max(states.newest - 1, 0))
        let later = min(earlier + 1, states.newest)
        let newest = Double(states.ticks[states.newest])
        // The newest one has not moved since: neither does the guess.
        let isStill = Double(states.ends[states.newest]) > newest
        let limit = newest + (isStill ? 0 : max(extrapolation, 0))
        let from = Double(states.ends[earlier])
        let span = Double(states.ticks[later]) - from
        let shown = min(max(tick, from), limit)
        guard span > 0, shown > from else {
            return entity(
                states, place >= later && tick >= Double(states.ticks[later]) ? later : earlier)
        }
        if shown >= newest, isStill { return entity(states, later) }
        let (before, after) = (words(of: states, at: earlier), words(of: states, at: later))
        if isTeleport(Entity(dequantising: before.span), Entity(dequantising: after.span)) {
            return entity(states, shown < from + span ? earlier : later)
        }
        return Entity(
            between: before.span, and: after.span, at: (shown - from) / span,
            over: span * tickDuration)
    }

    private func entity<Entity: Replicated>(_ states: StateHistory, _ place: Int) -> Entity {
        Entity(dequantising: words(of: states, at: place).span)
    }

    /// How many states of all entities are held, for interpolation and as baselines.
    public var heldStates: Int { bindings.reduce(0) { $0 + $1.states.ticks.count } }

    /// The words of an entity's newest state, as the sender has them.
    public func words(of handle: EntityHandle) -> [UInt32]? {
        binding(handle).map { words(of: $0.states, at: $0.states.newest) }
    }

    /// Whether an entity's newest state is exactly this one.
    package func holds(_ words: Span<UInt32>, of handle: EntityHandle) -> Bool {
        guard let states = binding(handle)?.states else { return false }
        let held = states.words(at: states.newest)
        guard held.count == words.count else { return false }
        return zip(held, words.indices).allSatisfy { $0 == words[$1] }
    }

    /// The newest tick of which an entity's state is known.
    public func newestTick(of handle: EntityHandle) -> Tick? {
        binding(handle)?.states.ticks.last.map(Tick.init(number:))
    }

    /// Of everything that is shown, whatever the order in which it arrived: what
    /// ``ReplicationServer/worldHash(of:)`` is when nothing is on its way.
    public var worldHash: UInt64 {
        aliases.values.reduce(0) { sum, alias in
            let binding = bindings[alias]
            let words = words(of: binding.states, at: binding.states.newest)
            return sum &+ StateHash.of(words.span, handle: binding.handle, type: binding.type)
        }
    }

    private func binding(_ handle: EntityHandle) -> Binding? {
        aliases[handle].map { bindings[$0] }
    }

    private func words(of states: StateHistory, at place: Int) -> [UInt32] {
        Array(states.words(at: place))
    }
}
