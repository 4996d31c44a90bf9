/// The way in which logic that belongs to an entity ended.
public enum LogicEnding: Hashable, Sendable {
    /// It returned.
    case returned
    /// The entity was retired, and the logic was cancelled.
    case entityGone
}

/// The event of an entity's retirement.
struct Retirement<Entity: Hashable & Sendable>: Hashable, Sendable {
    let entity: Entity
}

extension World {
    /// Runs logic for as long as an entity exists.
    ///
    /// ```swift
    /// try await world.whilePresent(npc) { world in
    ///     while true { try await world.patrol(npc) }
    /// }
    /// ```
    ///
    /// When the entity is retired, the logic is cancelled as the next tick begins, which ends its
    /// waiting with a `CancellationError`. The call returns after the logic has; logic that ignores its
    /// cancellation delays it. Call it while the entity exists: earlier retirements are not remembered.
    ///
    /// - Parameters:
    ///   - entity: The entity that the logic belongs to.
    ///   - body: The logic, isolated to the world.
    /// - Returns: Whether the logic returned or the entity was retired.
    /// - Throws: What the logic throws, except for its cancellation with the entity;
    ///   `CancellationError` if the task is cancelled or the server stops.
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
                // The cancelled one of the two throws it.
            }
            return ending
        }
    }

    /// Retires an entity: its logic is cancelled when the next tick begins.
    ///
    /// Call it when the entity is taken out of the world. Logic that resumes before the next tick is
    /// not cancelled yet, so it has to look for its entity as always.
    public func retire(_ entity: some Hashable & Sendable) {
        timeline.emit(Retirement(entity: entity))
    }
}
