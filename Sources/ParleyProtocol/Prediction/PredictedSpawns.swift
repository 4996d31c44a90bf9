/// The name of an entity that a command makes, which client and server compute alone.
public struct PredictedSpawnID: Hashable, Sendable {
    /// The player's number.
    public let player: UInt32

    /// The tick of the command.
    public let tick: Tick

    /// The entity's number among those that this command made, from 0.
    public let index: UInt16

    /// The name of an entity.
    public init(player: UInt32, tick: Tick, index: UInt16) {
        self.player = player
        self.tick = tick
        self.index = index
    }
}

/// Entities that a client's commands made, until the server's arrive.
///
/// The rules make them on both sides, in the same order, so both compute the same names. The server
/// sends the name with the entity, and the client replaces its own by it. An entity that the server
/// does not confirm within some ticks is removed.
///
/// A game drives this value itself; `PredictingClient` does not.
public struct PredictedSpawns<Entity: Sendable>: Sendable {
    /// The most that may wait for the server at once.
    public let capacity: Int

    /// How many ticks after the command the server may take to send the entity.
    public let patience: Int

    private var waiting: [(id: PredictedSpawnID, entity: Entity)] = []
    /// The newest tick of which the server's entities are known.
    private var settled = Tick(number: 0)

    /// None yet.
    ///
    /// - Parameters:
    ///   - capacity: See ``capacity``; entities beyond it are not predicted.
    ///   - patience: See ``patience``.
    public init(capacity: Int = 64, patience: Int = 30) {
        self.capacity = max(1, capacity)
        self.patience = max(0, patience)
    }

    /// The predicted entities, the oldest first.
    public var entities: [(id: PredictedSpawnID, entity: Entity)] { waiting }

    /// Adds an entity that a command made, for the first time or in a replay.
    ///
    /// - Returns: Whether it is new: an entity of that name, which a replay makes again, stays as
    ///   it is.
    @discardableResult
    public mutating func spawn(_ entity: Entity, as id: PredictedSpawnID) -> Bool {
        guard id.tick > settled, waiting.count < capacity,
            !waiting.contains(where: { $0.id == id })
        else { return false }
        waiting.append((id, entity))
        return true
    }

    /// Removes the entities of a command beyond a number, because a replay made only so many.
    ///
    /// - Returns: The removed entities.
    public mutating func keep(_ count: Int, of player: UInt32, at tick: Tick) -> [Entity] {
        remove { $0.player == player && $0.tick == tick && Int($0.index) >= count }
    }

    /// Changes all entities, as the rules move them.
    public mutating func updateAll(_ body: (PredictedSpawnID, inout Entity) -> Void) {
        for index in waiting.indices { body(waiting[index].id, &waiting[index].entity) }
    }

    /// Removes an entity because the server's has arrived.
    ///
    /// - Returns: The predicted entity that it replaces; nil when there was none.
    public mutating func confirm(_ id: PredictedSpawnID) -> Entity? {
        remove { $0 == id }.first
    }

    /// Removes entities that the server's state of a tick should have had and did not.
    ///
    /// - Returns: The removed entities.
    public mutating func expire(at tick: Tick) -> [Entity] {
        settled = max(settled, tick.advanced(by: -patience))
        let settled = settled
        return remove { $0.tick <= settled }
    }

    private mutating func remove(where isGone: (PredictedSpawnID) -> Bool) -> [Entity] {
        let gone = waiting.filter { isGone($0.id) }.map(\.entity)
        if !gone.isEmpty { waiting.removeAll { isGone($0.id) } }
        return gone
    }
}
