/// The places of all entities, from which each client's interest follows.
///
/// A hash grid: the world is cut into squares, and a look reads only those around a viewer. An entity
/// is in one area, which viewers in other areas do not see. A viewer keeps what it sees until that is
/// a tenth farther away than where it became visible, so nothing flickers at the edge.
public struct InterestGrid: Sendable {
    /// A part of the world; its entities are seen from within it alone.
    public typealias Area = UInt32

    /// How far players see, and how often distant entities are due.
    public struct Configuration: Sendable {
        /// Entities that come nearer than this are shown. In the game's unit of length, above 0.
        public var radius = 100.0
        /// The distance at which entities are hidden again, in multiples of the radius: 1 to 10.
        public var hysteresis = 1.1
        /// How often the entities of each ring are due: the part of the radius up to which a ring
        /// goes, and the weight in it, from the nearest ring on. The last weight holds beyond it.
        public var rings: [(part: Double, weight: Float)] = [(0.25, 1), (0.5, 0.5), (1, 0.25)]
        /// How many entities a client is shown at a time; the nearest stay.
        public var maximumVisible = 1000

        /// A radius of 100, three rings.
        public init() {}
    }

    /// An entity of the grid.
    struct Slot: Sendable {
        var handle: EntityHandle
        var importance: Float
        var cell: Int32
        /// The entity's place in the cell.
        var place: Int32
        /// The last look that found the entity among those a client is shown, and its alias there:
        /// ``mark(alias:)``.
        var mark: UInt64
    }

    let configuration: Configuration
    /// The rings' outer borders, squared.
    let rings: [(square: Float, weight: Float)]
    var cells = InterestCells()
    var slots: [Slot] = []
    /// Slots by the index of a handle; -1 where there is none.
    private var slotOf: [Int32] = []
    /// The number of looks so far, which tells this look's marks from older ones.
    var look: UInt64 = 0
    /// The entities that the current look has found, kept for their memory.
    var candidates: [InterestCandidate] = []

    /// A grid without entities, whose squares are as wide as players see.
    public init(configuration: Configuration = Configuration()) {
        var kept = configuration
        kept.radius = configuration.radius > 0 ? min(configuration.radius, 1e12) : 100
        kept.hysteresis = configuration.hysteresis >= 1 ? min(configuration.hysteresis, 10) : 1
        kept.maximumVisible = max(configuration.maximumVisible, 0)
        self.configuration = kept
        rings = kept.rings.map { ring in
            let border = ring.part * kept.radius
            return (Float(border * border), ring.weight)
        }
    }

    /// How many entities are in the grid.
    public var count: Int { slots.count }

    /// How many squares have memory, for tests.
    package var squareCount: Int { cells.count }

    /// Puts an entity where it is now.
    ///
    /// - Parameters:
    ///   - handle: the entity.
    ///   - x: its place; NaN and infinities count as 0.
    ///   - y: its place.
    ///   - area: the part of the world that it is in.
    ///   - importance: multiplies the weight of its ring; above 1 for what must not be late.
    public mutating func place(
        _ handle: EntityHandle, x: Double, y: Double, in area: Area = 0, importance: Float = 1
    ) {
        let x = x.isFinite ? x : 0
        let y = y.isFinite ? y : 0
        let key = InterestCells.Key(area: area, column: line(x), row: line(y))
        guard let slot = slot(of: handle) else {
            return add(handle, InterestCells.Spot(x: x, y: y, handle: handle), key, importance)
        }
        slots[slot].importance = importance
        let (cell, place) = (Int(slots[slot].cell), Int(slots[slot].place))
        guard cells.key(of: cell) != key else { return cells.move(place, in: cell, x: x, y: y) }
        leave(slot)
        enter(slot, InterestCells.Spot(x: x, y: y, handle: handle), key)
    }

    private mutating func add(
        _ handle: EntityHandle, _ spot: InterestCells.Spot, _ key: InterestCells.Key,
        _ importance: Float
    ) {
        let missing = handle.index + 1 - slotOf.count
        if missing > 0 { slotOf.append(contentsOf: repeatElement(-1, count: missing)) }
        // Another generation may be there still.
        if slotOf[handle.index] >= 0 { remove(slots[Int(slotOf[handle.index])].handle) }
        slotOf[handle.index] = Int32(slots.count)
        slots.append(Slot(handle: handle, importance: importance, cell: 0, place: 0, mark: 0))
        enter(slots.count - 1, spot, key)
    }

    /// Takes an entity out.
    public mutating func remove(_ handle: EntityHandle) {
        guard let slot = slot(of: handle) else { return }
        leave(slot)
        slotOf[handle.index] = -1
        let last = slots.removeLast()
        guard slot < slots.count else { return }
        slots[slot] = last
        slotOf[last.handle.index] = Int32(slot)
    }

    private mutating func enter(
        _ slot: Int, _ spot: InterestCells.Spot, _ key: InterestCells.Key
    ) {
        let (cell, place) = cells.insert(spot, at: key)
        slots[slot].cell = Int32(cell)
        slots[slot].place = Int32(place)
    }

    private mutating func leave(_ slot: Int) {
        let (cell, place) = (Int(slots[slot].cell), Int(slots[slot].place))
        guard let moved = cells.remove(place, from: cell) else { return }
        slots[Int(slotOf[moved.index])].place = Int32(place)
    }

    /// The column or row of a coordinate.
    func line(_ coordinate: Double) -> Int32 {
        // Everything absurdly far away shares a square, where the grid is merely slow.
        Int32((min(max(coordinate / configuration.radius, -1e9), 1e9)).rounded(.down))
    }

    /// The slot of an entity; nil if it is not in the grid.
    @inline(__always)
    func slot(of handle: EntityHandle) -> Int? {
        guard handle.index < slotOf.count else { return nil }
        let slot = Int(slotOf[handle.index])
        return slot >= 0 && slots[slot].handle == handle ? slot : nil
    }
}
