public import ParleyProtocol

/// All entities of a world at the end of a tick, quantised: what the broadcaster sends each client a
/// part of.
///
/// It is a value apart from the world, so the next step need not wait until it is sent.
public struct WorldSnapshot: Sendable {
    /// One entity.
    @usableFromInline
    package struct Entry: Sendable {
        @usableFromInline package let handle: EntityHandle
        @usableFromInline package let type: Int
        @usableFromInline package let place: SIMD2<Double>
        @usableFromInline package let area: Area
        @usableFromInline let importance: Float
        /// Where its words are.
        @usableFromInline package let words: Range<Int>

        @inlinable
        init(
            handle: EntityHandle, type: Int, place: SIMD2<Double>, area: Area, importance: Float,
            words: Range<Int>
        ) {
            self.handle = handle
            self.type = type
            self.place = place
            self.area = area
            self.importance = importance
            self.words = words
        }
    }

    /// An entity that a player moves.
    struct Body: Sendable {
        let player: PlayerID
        let handle: EntityHandle
    }

    /// The tick at whose end it was taken.
    package let tick: Tick
    @usableFromInline package var entries: [Entry] = []
    @usableFromInline package var words: [UInt32] = []
    /// The bodies of the players that the snapshot is for, in the order of the players.
    let bodies: [Body]
    @usableFromInline let wordCounts: [Int]

    /// - Parameters:
    ///   - tick: The tick at whose end it is taken.
    ///   - schema: The types of the entities.
    ///   - bodies: The bodies of the players that it is for, in the order of the players.
    init(tick: Tick, schema: ReplicationSchema, bodies: [Body]) {
        self.tick = tick
        self.bodies = bodies
        wordCounts = schema.layouts.map(\.wordCount)
    }

    /// Adds every entity of a table.
    @inlinable
    public mutating func add<Entity: WorldEntity>(_ table: EntityTable<Entity>) {
        let type = table.type.index
        let size = wordCounts[type]
        entries.reserveCapacity(entries.count + table.count)
        // Taken out, so that words and entries can change at the same time.
        var words = self.words
        self.words = []
        var next = words.count
        words.append(contentsOf: repeatElement(0, count: size * table.count))
        var span = words.mutableSpan
        table.forEach { handle, entity in
            entity.quantise(into: &span, at: next)
            entries.append(
                Entry(
                    handle: handle, type: type, place: entity.place, area: entity.area,
                    importance: entity.importance, words: next..<next + size))
            next += size
        }
        self.words = words
    }
}
