/// The squares of an ``InterestGrid`` that have entities in them, and where each entity is in its
/// square.
///
/// A square's entities lie one behind the other, so a look at nine squares reads nine arrays. An
/// open-addressing table finds a square by its place in the world. Its hash has no seed: places come
/// from the game's rules and not from a peer's bytes. A square that becomes empty leaves the table, so
/// entities that wander through an endless world leave nothing behind.
struct InterestCells: Sendable {
    /// Where a square is.
    struct Key: Equatable, Sendable {
        var area: InterestGrid.Area
        var column: Int32
        var row: Int32
    }

    /// One entity in a square.
    struct Spot: Sendable {
        var x: Double
        var y: Double
        var handle: EntityHandle
    }

    private struct Cell: Sendable {
        var key: Key
        var spots: [Spot] = []
    }

    private var cells: [Cell] = []
    private var freeCells: [Int32] = []
    /// Cells by hash, linear probing; -1 is an empty place.
    private var table = [Int32](repeating: -1, count: 64)
    private var occupied = 0

    /// How many cells there are, those that wait for their next key included.
    var count: Int { cells.count }

    /// The cell with this key; nil if it has no entities.
    @inline(__always)
    func cell(at key: Key) -> Int? {
        var place = home(of: key)
        while table[place] >= 0 {
            if cells[Int(table[place])].key == key { return Int(table[place]) }
            place = (place &+ 1) & (table.count &- 1)
        }
        return nil
    }

    /// The key of a cell.
    @inline(__always)
    func key(of cell: Int) -> Key { cells[cell].key }

    /// The entities in a cell.
    @inline(__always)
    func spots(in cell: Int) -> [Spot] { cells[cell].spots }

    /// An entity in a cell.
    @inline(__always)
    func spot(_ place: Int, in cell: Int) -> Spot { cells[cell].spots[place] }

    /// Moves an entity within its cell.
    @inline(__always)
    mutating func move(_ place: Int, in cell: Int, x: Double, y: Double) {
        cells[cell].spots[place].x = x
        cells[cell].spots[place].y = y
    }

    /// Adds an entity to the cell with this key.
    ///
    /// - Returns: the cell, and the entity's place in it.
    mutating func insert(_ spot: Spot, at key: Key) -> (cell: Int, place: Int) {
        let cell = cell(at: key) ?? addCell(at: key)
        cells[cell].spots.append(spot)
        return (cell, cells[cell].spots.count - 1)
    }

    /// Removes an entity; the last entity of the cell takes its place.
    ///
    /// - Returns: the entity that has moved to `place`; nil if none has.
    mutating func remove(_ place: Int, from cell: Int) -> EntityHandle? {
        let last = cells[cell].spots.removeLast()
        if cells[cell].spots.isEmpty { removeCell(cell) }
        guard place < cells[cell].spots.count else { return nil }
        cells[cell].spots[place] = last
        return last.handle
    }

    // MARK: The table

    private func home(of key: Key) -> Int {
        let plane =
            UInt64(UInt32(bitPattern: key.column)) << 32 | UInt64(UInt32(bitPattern: key.row))
        let hash = (plane &+ UInt64(key.area) &* 0xD6E8_FEB8_6659_FD93) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: (hash ^ hash >> 29) >> 17) & (table.count &- 1)
    }

    private mutating func addCell(at key: Key) -> Int {
        if (occupied + 1) * 2 > table.count { growTable() }
        let cell: Int
        if let free = freeCells.popLast() {
            cell = Int(free)
            cells[cell].key = key
        } else {
            cell = cells.count
            cells.append(Cell(key: key))
        }
        occupied += 1
        enter(cell)
        return cell
    }

    private mutating func enter(_ cell: Int) {
        var place = home(of: cells[cell].key)
        while table[place] >= 0 { place = (place &+ 1) & (table.count &- 1) }
        table[place] = Int32(cell)
    }

    private mutating func growTable() {
        let old = table
        table = [Int32](repeating: -1, count: old.count * 2)
        for cell in old where cell >= 0 { enter(Int(cell)) }
    }

    /// Takes a cell out of the table, and moves up those behind it that would no longer be found.
    private mutating func removeCell(_ cell: Int) {
        let mask = table.count &- 1
        var hole = home(of: cells[cell].key)
        while table[hole] != Int32(cell) { hole = (hole &+ 1) & mask }
        var place = (hole &+ 1) & mask
        while table[place] >= 0 {
            let wanted = home(of: cells[Int(table[place])].key)
            if (place &- wanted) & mask >= (place &- hole) & mask {
                table[hole] = table[place]
                hole = place
            }
            place = (place &+ 1) & mask
        }
        table[hole] = -1
        occupied -= 1
        freeCells.append(Int32(cell))
    }
}
