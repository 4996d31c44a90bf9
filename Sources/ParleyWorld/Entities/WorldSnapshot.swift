package import ParleyProtocol

/// All that there is to see of a world at the end of a tick, quantised: what its broadcaster shows
/// to each client as far as that client sees it.
///
/// It is a value apart from the world, so the next step need not wait until it is sent.
public struct WorldSnapshot: Sendable {
    package struct Entry: Sendable {
        package let handle: EntityHandle
        package let type: Int
        package let place: SIMD2<Double>
        package let area: Area
        let importance: Float
        /// Where its words are.
        package let words: Range<Int>
    }

    /// After which tick it is so.
    package let tick: Tick
    package private(set) var entries: [Entry] = []
    package private(set) var words: [UInt32] = []
    /// What each player moves, as the place of its entry.
    private(set) var bodies: [PlayerID: Int] = [:]
    private let layouts: [EntityLayout]
    private var owners: [EntityHandle: PlayerID] = [:]

    /// - Parameters:
    ///   - tick: After which step it is.
    ///   - schema: The types of what is shown.
    ///   - owners: Whose body an entity is.
    init(tick: Tick, schema: ReplicationSchema, owners: [EntityHandle: PlayerID]) {
        self.tick = tick
        self.owners = owners
        layouts = schema.layouts
    }

    /// Shows everything in a table.
    public mutating func add<Entity: WorldEntity>(_ table: EntityTable<Entity>) {
        let size = layouts[table.type.index].wordCount
        entries.reserveCapacity(entries.count + table.count)
        // Taken out, so that words and entries can change at the same time.
        var words = self.words
        self.words = []
        var next = words.count
        words.append(contentsOf: repeatElement(0, count: size * table.count))
        var span = words.mutableSpan
        table.forEach { handle, entity in
            entity.quantise(into: &span, at: next)
            if let owner = owners[handle] { bodies[owner] = entries.count }
            entries.append(
                Entry(
                    handle: handle, type: table.type.index, place: entity.place, area: entity.area,
                    importance: entity.importance, words: next..<next + size))
            next += size
        }
        self.words = words
    }
}
