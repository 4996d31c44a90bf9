import ParleyDatagrams

/// The bytes of one player's waiting commands, in equal cells of one slab.
///
/// Cells are reused, so a player whose commands have the usual size costs no allocation. A longer
/// command makes all cells longer, and more waiting ones make more cells, until the slab has its
/// bound; what then has no room is refused.
struct CommandStore: Sendable {
    /// A command in the store.
    struct Entry: Sendable {
        fileprivate let cell: UInt32
        fileprivate let count: UInt16
    }

    /// Cells are as long as the longest command so far, in steps of this.
    private static let cellStep = 16

    private let maximumBytes: Int
    private var slab: [UInt8] = []
    private var cellBytes = cellStep
    private var free: [UInt32] = []

    /// A store without commands.
    ///
    /// - Parameter maximumBytes: The bound of the slab.
    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// A store with room for so many commands of any size up to a limit.
    init(commands: Int, of bytes: Int) {
        let cell = Self.cellLength(for: min(max(bytes, 1), Int(UInt16.max)))
        self.init(maximumBytes: commands * cell)
    }

    /// Copies a command from a datagram into a cell.
    ///
    /// - Returns: The command's entry, until it is removed; nil if there is no room.
    mutating func insert(_ range: Range<Int>, of datagram: Datagram) -> Entry? {
        if range.count > cellBytes {
            guard lengthenCells(for: range.count) else { return nil }
        }
        if free.isEmpty {
            guard addCells() else { return nil }
        }
        let cell = free.removeLast()
        write(range, of: datagram, at: Int(cell) * cellBytes)
        return Entry(cell: cell, count: UInt16(range.count))
    }

    /// Appends a command's bytes to a datagram.
    ///
    /// - Returns: How many they are.
    func copy(_ entry: Entry, into datagram: inout Datagram) -> Int {
        let start = Int(entry.cell) * cellBytes
        datagram.append(slab.span.extracting(start..<start + Int(entry.count)))
        return Int(entry.count)
    }

    /// Frees a command's cell.
    mutating func remove(_ entry: Entry) { free.append(entry.cell) }

    private var cellCount: Int { slab.count / cellBytes }

    /// Copies bytes whose range is within the datagram to a cell that has room for them.
    private mutating func write(_ range: Range<Int>, of datagram: Datagram, at start: Int) {
        precondition(range.upperBound <= datagram.count && start + range.count <= slab.count)
        unsafe datagram.withUnsafeBytes { source in
            unsafe slab.withUnsafeMutableBytes { slab in
                unsafe UnsafeMutableRawBufferPointer(rebasing: slab[start..<start + range.count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
            }
        }
    }

    private static func cellLength(for count: Int) -> Int {
        (count + cellStep - 1) / cellStep * cellStep
    }

    private mutating func lengthenCells(for count: Int) -> Bool {
        let (cells, old) = (cellCount, cellBytes)
        let new = Self.cellLength(for: count)
        guard max(1, cells) * new <= maximumBytes, new <= Int(UInt16.max) else { return false }
        var longer = [UInt8](repeating: 0, count: cells * new)
        for cell in 0..<cells {
            let bytes = slab[cell * old..<(cell + 1) * old]
            longer.replaceSubrange(cell * new..<cell * new + old, with: bytes)
        }
        slab = longer
        cellBytes = new
        return true
    }

    private mutating func addCells() -> Bool {
        let cells = cellCount
        let added = min(max(4, cells), maximumBytes / cellBytes - cells)
        guard added > 0 else { return false }
        slab.append(contentsOf: repeatElement(0, count: added * cellBytes))
        // Handed out from the end: the lowest first.
        free.reserveCapacity(cells + added)
        for cell in (cells..<cells + added).reversed() { free.append(UInt32(cell)) }
        return true
    }
}
