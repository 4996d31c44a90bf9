/// How logic that belongs to an entity came to its end.
public enum LogicEnding: Hashable, Sendable {
    /// It returned.
    case returned
    /// The entity was gone, and the logic was cancelled.
    case entityGone
}

/// An entity is gone, as an event.
struct Retirement<Entity: Hashable & Sendable>: Hashable, Sendable {
    let entity: Entity
}

extension World {
    /// Runs logic for as long as an entity is there.
    ///
    /// ```swift
    /// try await world.whilePresent(npc) { world in
    ///     while true { try await world.patrol(npc) }
    /// }
    /// ```
    ///
    /// When the entity is retired the logic is cancelled, which ends its sleeping and waiting with a
    /// `CancellationError`, as the next tick begins. It returns after the logic has: logic that
    /// does not heed its cancellation keeps it waiting. Begin it while the entity is there; nobody
    /// remembers who was retired before.
    ///
    /// - Parameters:
    ///   - entity: Whose logic it is.
    ///   - body: The logic, isolated to the world.
    /// - Returns: Whether the logic returned or the entity was gone.
    /// - Throws: What the logic throws, except that it was cancelled with its entity;
    ///   `CancellationError` when the task is cancelled or the server stops.
    public func whilePresent(
        _ entity: some Hashable & Sendable,
        _ body: @escaping @Sendable (isolated Self) async throws -> Void
    ) async throws -> LogicEnding {
        let timeline = timeline
        let place = timeline.reserve(Retirement(entity: entity))
        return try await withThrowingTaskGroup(of: LogicEnding.self) { group in
            group.addTask {
                try await body(self)
                return .returned
            }
            group.addTask {
                _ = try await timeline.wait(at: place)
                return .entityGone
            }
            let ending = try await group.next() ?? .returned
            group.cancelAll()
            do {
                while try await group.next() != nil {}
            } catch is CancellationError {
                // The one that was cancelled says so.
            }
            return ending
        }
    }

    /// An entity is gone: its logic is cancelled when the next tick begins.
    ///
    /// To be called by whoever takes the entity out of the world. Logic that is woken between this
    /// call and the next tick still finds its task running; it looks for its entity, as always.
    public func retire(_ entity: some Hashable & Sendable) {
        timeline.emit(Retirement(entity: entity))
    }
}
