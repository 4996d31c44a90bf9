extension SnapshotReceiver {
    /// The entities that are shown, in no order.
    public var entities: some Collection<EntityHandle> { aliases.keys }

    /// Whether an entity is shown.
    public func contains(_ handle: EntityHandle) -> Bool { aliases[handle] != nil }

    /// The number of an entity's type in the schema.
    public func type(of handle: EntityHandle) -> Int? { aliases[handle].map { bindings[$0].type } }

    /// An entity's newest state.
    ///
    /// - Parameters:
    ///   - handle: which.
    ///   - type: from this receiver's schema.
    /// - Returns: `nil` when it is not shown, or of another type.
    @inlinable
    public func state<Entity: Replicated>(
        of handle: EntityHandle, as type: EntityType<Entity>
    ) -> Entity? {
        guard let words = newestWords(of: handle, ofType: type.index) else { return nil }
        return Entity(dequantising: words.span)
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
    @inlinable
    public func state<Entity: Replicated>(
        of handle: EntityHandle, as type: EntityType<Entity>, at tick: Double,
        tickDuration: Double, extrapolation: Double = 0,
        isTeleport: (_ earlier: Entity, _ later: Entity) -> Bool = { _, _ in false }
    ) -> Entity? {
        // Found by code that knows no entity, and read by code that the compiler makes for this
        // one.
        let sight = sight(
            of: handle, ofType: type.index, at: tick, extrapolation: extrapolation)
        switch sight {
        case nil: return nil
        case .still(let words): return Entity(dequantising: words.span)
        case .moving(let before, let after, let fraction, let ticks):
            let earlier = Entity(dequantising: before.span)
            let later = Entity(dequantising: after.span)
            if isTeleport(earlier, later) { return fraction < 1 ? earlier : later }
            return Entity(
                between: before.span, and: after.span, at: fraction, over: ticks * tickDuration)
        }
    }

    /// How many states of all entities are held, for interpolation and as baselines.
    public var heldStates: Int { bindings.reduce(0) { $0 + $1.states.count } }

    /// The words of an entity's newest state, as the sender has them.
    public func words(of handle: EntityHandle) -> [UInt32]? {
        aliases[handle].map { Array(newestWords(of: $0)) }
    }

    /// Whether an entity's newest state is exactly this one.
    package func holds(_ words: Span<UInt32>, of handle: EntityHandle) -> Bool {
        guard let alias = aliases[handle] else { return false }
        let held = newestWords(of: alias)
        guard held.count == words.count else { return false }
        return zip(held, words.indices).allSatisfy { $0 == words[$1] }
    }

    /// The newest tick of which an entity's state is known.
    public func newestTick(of handle: EntityHandle) -> Tick? {
        aliases[handle].flatMap { bindings[$0].states.newestTick }.map(Tick.init(number:))
    }

    /// The hash of all received states, whatever the order in which they arrived: the same as
    /// ``ReplicationServer/worldHash(of:)`` is when nothing is on its way.
    public var worldHash: UInt64 {
        aliases.values.reduce(0) { sum, alias in
            let (handle, type) = (bindings[alias].handle, bindings[alias].type)
            return sum &+ StateHash.of(newestWords(of: alias).span, handle: handle, type: type)
        }
    }

    private func newestWords(of alias: Int) -> ArraySlice<UInt32> {
        bindings[alias].states.words(at: bindings[alias].states.newest)
    }

    @usableFromInline
    func newestWords(of handle: EntityHandle, ofType type: Int) -> ArraySlice<UInt32>? {
        guard let alias = aliases[handle], bindings[alias].type == type else { return nil }
        return newestWords(of: alias)
    }

    /// Which of an entity's states a moment lies between; `nil` when it is not shown, or of another
    /// type.
    @usableFromInline
    func sight(
        of handle: EntityHandle, ofType type: Int, at tick: Double, extrapolation: Double
    ) -> Sight? {
        guard let alias = aliases[handle], bindings[alias].type == type else { return nil }
        return bindings[alias].states.sight(at: tick.isNaN ? 0 : tick, extrapolation)
    }
}

/// An entity's states around a moment.
@usableFromInline
enum Sight {
    /// It stands still.
    case still(ArraySlice<UInt32>)
    /// It is on its way from one state to another, or beyond that: how far, as a part of the way,
    /// and how many ticks that took.
    case moving(
        from: ArraySlice<UInt32>, to: ArraySlice<UInt32>, fraction: Double, ticks: Double)
}

extension StateHistory {
    /// The states around a moment, at most so many ticks after the newest one.
    fileprivate func sight(at tick: Double, _ extrapolation: Double) -> Sight {
        let reached = UInt32(min(max(tick, 0), Double(UInt32.max)))
        let place = place(upTo: reached) ?? 0
        let earlier = min(place, max(newest - 1, 0))
        let later = min(earlier + 1, newest)
        let last = Double(self.tick(at: newest))
        // The newest one has not moved since: neither does the guess.
        let isStill = Double(end(at: newest)) > last
        let limit = last + (isStill ? 0 : max(extrapolation, 0))
        let from = Double(end(at: earlier))
        let span = Double(self.tick(at: later)) - from
        let shown = min(max(tick, from), limit)
        guard span > 0, shown > from else {
            let isLater = place >= later && tick >= Double(self.tick(at: later))
            return .still(words(at: isLater ? later : earlier))
        }
        if shown >= last, isStill { return .still(words(at: later)) }
        return .moving(
            from: words(at: earlier), to: words(at: later), fraction: (shown - from) / span,
            ticks: span)
    }
}
