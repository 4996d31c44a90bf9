/// Who made an entity, before the server knows of it: a name that both sides arrive at alone.
public struct PredictedSpawnID: Hashable, Sendable {
    /// The player's number.
    public let player: UInt32

    /// The tick of the command that made it.
    public let tick: Tick

    /// Which one of those that this command made, from 0 on.
    public let index: UInt16

    /// The name of an entity to be.
    public init(player: UInt32, tick: Tick, index: UInt16) {
        self.player = player
        self.tick = tick
        self.index = index
    }
}

/// Entities that a client's own commands made, until the server's come.
///
/// The rules make them on both sides, in the same order, so both name them alike. The server sends
/// the name with the entity, and the client puts one in the place of the other. What the server
/// does not confirm within some ticks was a mistake and goes away.
public struct PredictedSpawns<Entity: Sendable>: Sendable {
    /// The most that may wait for the server at once.
    public let capacity: Int

    /// How many ticks after the command's own the server may take to send the entity.
    public let patience: Int

    private var waiting: [(id: PredictedSpawnID, entity: Entity)] = []
    /// The newest tick of which the server's entities are known.
    private var settled = Tick(number: 0)

    /// None yet.
    ///
    /// - Parameters:
    ///   - capacity: See ``capacity``; what goes beyond it is not predicted.
    ///   - patience: See ``patience``.
    public init(capacity: Int = 64, patience: Int = 30) {
        self.capacity = max(1, capacity)
        self.patience = max(0, patience)
    }

    /// What is shown, the oldest first.
    public var entities: [(id: PredictedSpawnID, entity: Entity)] { waiting }

    /// A command made an entity, for the first time or run again.
    ///
    /// - Returns: Whether it is new: one of that name, which a command that is run again makes, stays
    ///   as it is.
    @discardableResult
    public mutating func spawn(_ entity: Entity, as id: PredictedSpawnID) -> Bool {
        guard id.tick > settled, waiting.count < capacity,
            !waiting.contains(where: { $0.id == id })
        else { return false }
        waiting.append((id, entity))
        return true
    }

    /// A command was run, perhaps again, and made only so many entities: others of it go.
    ///
    /// - Returns: Those that are gone.
    public mutating func keep(_ count: Int, of player: UInt32, at tick: Tick) -> [Entity] {
        remove { $0.player == player && $0.tick == tick && Int($0.index) >= count }
    }

    /// Changes all of them, as the rules move them.
    public mutating func updateAll(_ body: (PredictedSpawnID, inout Entity) -> Void) {
        for index in waiting.indices { body(waiting[index].id, &waiting[index].entity) }
    }

    /// The server's own came.
    ///
    /// - Returns: The one that it replaces, nil when none was predicted.
    public mutating func confirm(_ id: PredictedSpawnID) -> Entity? {
        remove { $0 == id }.first
    }

    /// The server's state of a tick came.
    ///
    /// - Returns: Those that it should have had, with some patience, and did not: they never were.
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
