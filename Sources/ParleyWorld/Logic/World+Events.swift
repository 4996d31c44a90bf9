extension World {
    /// Tells the world's logic that something happened.
    ///
    /// Whoever waits for it in this moment goes on when the next tick begins, in a fixed order. An
    /// event that nobody waits for is forgotten, so it costs nothing to emit one too many. Call it
    /// from the step or from logic.
    ///
    /// - Parameter event: What happened, of a type of the game's own.
    public func emit(_ event: some Hashable & Sendable) {
        timeline.emit(event)
    }

    /// Waits until an event equal to this one is emitted.
    ///
    /// An event counts only for who waits already: between two calls one may be missed. Who must
    /// not miss any looks at the world's state after each, or waits with ``until(_:)``.
    ///
    /// - Throws: `CancellationError` when the task is cancelled or the server stops.
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
    ///   - type: What kind of event.
    ///   - matches: Which of them; asked when one is emitted, so it can look at the event only.
    /// - Returns: The event.
    /// - Throws: `CancellationError` when the task is cancelled or the server stops.
    public func next<Event: Hashable & Sendable>(
        _ type: Event.Type, where matches: @escaping @Sendable (Event) -> Bool = { _ in true }
    ) async throws(CancellationError) -> Event {
        let event = try await timeline.wait(at: timeline.reserve(type, where: matches))
        // Only events of this type are asked about.
        guard let event = event as? Event else { throw CancellationError() }
        return event
    }

    /// Waits until the condition holds: returns at once when it does now, and is asked again each
    /// time a tick begins.
    ///
    /// It sees the world as the step before left it, changed by the logic that ran before it in
    /// the tick.
    ///
    /// - Throws: `CancellationError` when the task is cancelled or the server stops.
    public func until(_ condition: (isolated Self) -> Bool) async throws(CancellationError) {
        while !condition(self) { try await timeline.sleep(ticks: 1) }
    }
}
