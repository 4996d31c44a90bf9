public import ParleyProtocol

/// All entities of one type in a world, and optionally their states in the last ticks.
///
/// ```swift
/// var walkers = EntityTable(Arena.walkers, of: Arena.schema, rewindTicks: 16)
/// let handle = walkers.spawn(Walker(at: gate))
/// walkers[handle]?.score += 1
/// ```
///
/// The order is that of the places, which depends only on the order of spawns and despawns. Functions
/// that a game calls for each entity in each tick are inlined, so that they are compiled for the game's
/// types.
public struct EntityTable<Entity: WorldEntity>: Sendable {
    @usableFromInline
    struct Slot: Sendable {
        @usableFromInline let handle: EntityHandle
        @usableFromInline var entity: Entity
        var past: RewindHistory<Entity>?
    }

    /// The type of the entities in the schema.
    public let type: EntityType<Entity>

    /// How many ticks are remembered for ``rewound(to:)``.
    public let rewindTicks: Int

    /// How many entities there are.
    public private(set) var count = 0

    @usableFromInline var handles: HandleAllocator
    @usableFromInline var slots: [Slot?] = []
    private var tickRate = 60

    /// A table without entities.
    ///
    /// - Parameters:
    ///   - type: From the schema.
    ///   - schema: Of the game; its other types share the handles with this one.
    ///   - rewindTicks: How many ticks to remember; 16 are 267 ms at 60 ticks a second.
    public init(_ type: EntityType<Entity>, of schema: ReplicationSchema, rewindTicks: Int = 0) {
        self.type = type
        self.rewindTicks = max(0, rewindTicks)
        handles = HandleAllocator(stride: schema.layouts.count, offset: type.index)
    }

    /// Adds an entity.
    ///
    /// - Returns: Its handle, which no other entity of the world has; nil if there is no place left: at
    ///   2^20 entities divided by the types of the schema.
    public mutating func spawn(_ entity: Entity) -> EntityHandle? {
        guard let handle = handles.allocate() else { return nil }
        let place = handles.slot(of: handle)
        let past = rewindTicks > 0 ? RewindHistory<Entity>(ticks: rewindTicks) : nil
        let slot = Slot(handle: handle, entity: entity, past: past)
        if place == slots.count { slots.append(slot) } else { slots[place] = slot }
        count += 1
        return handle
    }

    /// Removes an entity, here and from every client that has it.
    ///
    /// - Returns: Its last state; nil if there is no such entity.
    @discardableResult
    public mutating func despawn(_ handle: EntityHandle) -> Entity? {
        guard let place = place(of: handle), let slot = slots[place] else { return nil }
        slots[place] = nil
        handles.release(handle)
        count -= 1
        return slot.entity
    }

    /// Whether the table has an entity.
    @inlinable
    public func contains(_ handle: EntityHandle) -> Bool { place(of: handle) != nil }

    /// The entity with a handle; nil if there is none. Setting an entity that is not there does nothing,
    /// nor does setting nil.
    @inlinable
    public subscript(handle: EntityHandle) -> Entity? {
        get { place(of: handle).flatMap { slots[$0]?.entity } }
        set {
            guard let place = place(of: handle), let newValue else { return }
            slots[place]?.entity = newValue
        }
    }

    /// All entities, in the order of the places.
    @inlinable
    public var all: [(handle: EntityHandle, entity: Entity)] {
        slots.compactMap { $0.map { ($0.handle, $0.entity) } }
    }

    /// Changes every entity, in the order of the places.
    @inlinable
    public mutating func updateAll(_ body: (EntityHandle, inout Entity) -> Void) {
        for place in slots.indices {
            guard let handle = slots[place]?.handle, var entity = slots[place]?.entity else {
                continue
            }
            body(handle, &entity)
            slots[place]?.entity = entity
        }
    }

    /// Reads every entity, in the order of the places.
    @inlinable
    func forEach(_ body: (EntityHandle, borrowing Entity) -> Void) {
        for place in slots.indices {
            // The slot's past is not read: copying it would cost reference counts.
            guard let handle = slots[place]?.handle, let entity = slots[place]?.entity else {
                continue
            }
            body(handle, entity)
        }
    }

    @inlinable
    func place(of handle: EntityHandle) -> Int? {
        let place = handles.slot(of: handle)
        guard place < slots.count, slots[place]?.handle == handle else { return nil }
        return place
    }
}

// MARK: Lag compensation

extension EntityTable {
    /// Remembers the state of every entity after a step. Call it at the end of each step.
    public mutating func record(after step: TickStep) {
        guard rewindTicks > 0 else { return }
        tickRate = max(1, Int((1 / step.seconds).rounded()))
        for place in slots.indices {
            guard let entity = slots[place]?.entity else { continue }
            // No copy of the past exists meanwhile, so that it is changed in place.
            let isTeleport = slots[place]?.past?.newestState.map(entity.isTeleport(from:)) ?? true
            slots[place]?.past?.record(entity, at: step.tick, isTeleport: isTeleport)
        }
    }

    /// The entities as they were at a moment, as far as the table remembers. The table does not change.
    public func rewound(to moment: TickTime) -> RewoundTable<Entity> {
        RewoundTable(table: self, moment: moment)
    }

    func entity(_ handle: EntityHandle, at moment: TickTime) -> Entity? {
        guard let place = place(of: handle), let slot = slots[place] else { return nil }
        return slot.past?.state(at: moment, tickRate: tickRate) ?? slot.entity
    }
}

/// The entities of a table as they were at a moment of the last ticks.
public struct RewoundTable<Entity: WorldEntity>: Sendable {
    fileprivate let table: EntityTable<Entity>

    /// The moment.
    public let moment: TickTime

    /// An entity as it was, or its oldest known state if the moment is too old; nil if the table no longer
    /// has it.
    public subscript(handle: EntityHandle) -> Entity? { table.entity(handle, at: moment) }

    /// All entities that the table has now, as they were then.
    public var all: [(handle: EntityHandle, entity: Entity)] {
        table.all.map { ($0.handle, self[$0.handle] ?? $0.entity) }
    }
}
