/// Where entities are, so that each client can be shown what is near it.
///
/// A hash grid: the world is cut into squares, and only those around a viewer are looked at. An entity
/// is in one area, a part of the world that one can only be in or teleport to; viewers see their own.
/// What a viewer sees stays seen until it is a tenth farther away than where it came into sight, so
/// nothing flickers at the edge.
public struct InterestGrid: Sendable {
    /// A part of the world; its entities are seen from within it alone.
    public typealias Area = UInt32

    /// How far one sees, and how often what is far away is due.
    public struct Configuration: Sendable {
        /// Entities that come nearer than this are shown. In the game's unit of length, above 0.
        public var radius = 100.0
        /// How many times the radius it takes to be hidden again, from 1 on.
        public var hysteresis = 1.1
        /// How often what is in each ring is due: the part of the radius up to which a ring goes, and
        /// the weight in it, from the nearest on. Beyond the last ring its weight goes on.
        public var rings: [(part: Double, weight: Float)] = [(0.25, 1), (0.5, 0.5), (1, 0.25)]
        /// How many entities a client is shown at a time; the nearest stay.
        public var maximumVisible = 1000

        /// A radius of 100, three rings.
        public init() {}
    }

    /// One entity's place.
    struct Entry: Sendable {
        let handle: EntityHandle
        var area: Area
        var x: Double
        var y: Double
        var importance: Float
        var cell: Cell
        /// Where it is in the cell's list.
        var place: Int
    }

    struct Cell: Hashable, Sendable {
        var area: Area
        var column: Int32
        var row: Int32
    }

    let configuration: Configuration
    private var entries: [Entry] = []
    private var places: [EntityHandle: Int] = [:]
    private var cells: [Cell: [Int]] = [:]

    /// A grid without entities, whose squares are as wide as one sees.
    public init(configuration: Configuration = Configuration()) {
        var kept = configuration
        kept.radius = configuration.radius > 0 ? min(configuration.radius, 1e12) : 100
        kept.hysteresis = configuration.hysteresis >= 1 ? min(configuration.hysteresis, 10) : 1
        kept.maximumVisible = max(configuration.maximumVisible, 0)
        self.configuration = kept
    }

    /// How many entities are in the grid.
    public var count: Int { entries.count }

    /// Puts an entity where it is now.
    ///
    /// - Parameters:
    ///   - handle: which.
    ///   - x: its place; what is no number counts as 0.
    ///   - y: its place.
    ///   - area: the part of the world that it is in.
    ///   - importance: multiplies the weight of its ring; above 1 for what must not be late.
    public mutating func place(
        _ handle: EntityHandle, x: Double, y: Double, in area: Area = 0, importance: Float = 1
    ) {
        let x = x.isFinite ? x : 0
        let y = y.isFinite ? y : 0
        let cell = cell(x, y, area)
        guard let index = places[handle] else {
            places[handle] = entries.count
            entries.append(
                Entry(
                    handle: handle, area: area, x: x, y: y, importance: importance, cell: cell,
                    place: 0))
            return enter(entries.count - 1)
        }
        entries[index].x = x
        entries[index].y = y
        entries[index].area = area
        entries[index].importance = importance
        guard entries[index].cell != cell else { return }
        leave(index)
        entries[index].cell = cell
        enter(index)
    }

    /// Takes an entity out.
    public mutating func remove(_ handle: EntityHandle) {
        guard let index = places.removeValue(forKey: handle) else { return }
        leave(index)
        let last = entries.count - 1
        if index != last {
            // The last one takes its place.
            entries[index] = entries[last]
            places[entries[index].handle] = index
            cells[entries[index].cell]?[entries[index].place] = index
        }
        entries.removeLast()
    }

    private mutating func enter(_ index: Int) {
        let cell = entries[index].cell
        entries[index].place = cells[cell]?.count ?? 0
        cells[cell, default: []].append(index)
    }

    private mutating func leave(_ index: Int) {
        let (cell, place) = (entries[index].cell, entries[index].place)
        guard var list = cells.removeValue(forKey: cell), let moved = list.popLast() else { return }
        if place < list.count {
            list[place] = moved
            entries[moved].place = place
        }
        if !list.isEmpty { cells[cell] = list }
    }

    private func cell(_ x: Double, _ y: Double, _ area: Area) -> Cell {
        Cell(area: area, column: line(x), row: line(y))
    }

    private func line(_ coordinate: Double) -> Int32 {
        // Everything that is absurdly far away is in the same square; there the grid is only slow.
        Int32((min(max(coordinate / configuration.radius, -1e9), 1e9)).rounded(.down))
    }

    func entry(of handle: EntityHandle) -> Entry? { places[handle].map { entries[$0] } }

    /// Everything in an area that is nearer than a distance of one radius.
    func near(_ x: Double, _ y: Double, in area: Area, _ body: (Entry, Double) -> Void) {
        let limit = configuration.radius * configuration.radius
        let (column, row) = (line(x), line(y))
        for columnStep in -1...1 as ClosedRange<Int32> {
            for rowStep in -1...1 as ClosedRange<Int32> {
                let cell = Cell(area: area, column: column + columnStep, row: row + rowStep)
                for index in cells[cell] ?? [] {
                    let entry = entries[index]
                    let distance = Self.square(entry, x, y)
                    if distance <= limit { body(entry, distance) }
                }
            }
        }
    }

    /// The square of the distance.
    static func square(_ entry: Entry, _ x: Double, _ y: Double) -> Double {
        (entry.x - x) * (entry.x - x) + (entry.y - y) * (entry.y - y)
    }

    /// How often something at a distance is due, when one sees so far.
    func weight(of entry: Entry, atSquare distance: Double) -> Float {
        let part = distance.squareRoot() / configuration.radius
        let ring = configuration.rings.first { part <= $0.part } ?? configuration.rings.last
        return (ring?.weight ?? 1) * entry.importance
    }
}
