extension World {
    /// Emits an event to the world's logic.
    ///
    /// The tasks that wait for it now resume when the next tick begins, in a fixed order. An event
    /// without a waiting task is forgotten, and costs next to nothing. Call it from the step or from
    /// logic.
    ///
    /// - Parameter event: A value of one of the game's own types.
    public func emit(_ event: some Hashable & Sendable) {
        timeline.emit(event)
    }

    /// Waits until an event equal to this one is emitted.
    ///
    /// An event reaches only tasks that wait already, so one may be missed between two calls. Logic that
    /// must not miss any looks at the world's state after each, or waits with ``until(_:)``.
    ///
    /// - Throws: `CancellationError` if the task is cancelled or the server stops.
    public func next(_ event: some Hashable & Sendable) async throws(CancellationError) {
        _ = try await timeline.wait(at: timeline.reserve(event))
    }

    /// Waits until an event of this type is emitted that fulfils the condition.
    ///
    /// ```swift
    /// let hit = try await world.next(Hit.self) { $0.victim == npc }
    /// ```
    ///
    /// - Parameters:
    ///   - type: The event's type.
    ///   - matches: Whether an event is wanted. It is asked at the emission and sees the event only.
    /// - Returns: The event.
    /// - Throws: `CancellationError` if the task is cancelled or the server stops.
    public func next<Event: Hashable & Sendable>(
        _ type: Event.Type, where matches: @escaping @Sendable (Event) -> Bool = { _ in true }
    ) async throws(CancellationError) -> Event {
        let event = try await timeline.wait(at: timeline.reserve(type, where: matches))
        // Only events of this type are asked about.
        guard let event = event as? Event else { throw CancellationError() }
        return event
    }

    /// Waits until a condition holds. It is asked at once, and again each time a tick begins.
    ///
    /// It sees the world as the step before left it, with the changes of the logic that ran before it
    /// in the tick.
    ///
    /// - Throws: `CancellationError` if the task is cancelled or the server stops.
    public func until(_ condition: (isolated Self) -> Bool) async throws(CancellationError) {
        while !condition(self) { try await timeline.sleep(ticks: 1) }
    }
}
