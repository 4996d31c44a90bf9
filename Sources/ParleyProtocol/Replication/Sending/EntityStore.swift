import ParleyDatagrams

/// The recent quantised states of every entity, and their deltas, shared by all clients.
struct EntityStore: Sendable {
    struct Slot: Sendable {
        var generation: UInt32 = 0
        /// The index of its type in the schema; below 0 if there is no entity.
        var type = -1
        /// The number of the newest state; 0 is the origin.
        var version: UInt32 = 0
        /// The index of its first state in `rows`.
        var base = 0
        /// The hash of the newest state.
        var hash: UInt64 = 0
    }

    /// A delta that was encoded in this tick.
    private struct CachedDelta {
        var epoch: UInt32 = 0
        var version: UInt32 = 0
        var baseline: UInt32 = 0
        var bits: UInt32 = 0
        var word = 0
    }

    /// The place of a delta's bits.
    struct Delta {
        let word: Int
        let bits: Int
    }

    let layouts: [EntityLayout]
    /// The parts of the layouts that loops read.
    private let coders: [DeltaCoder]
    private let wordCounts: [Int]
    private let history: Int
    private(set) var slots: [Slot] = []
    private(set) var count = 0
    private var freeRows: [[Int]]
    private var rows: [UInt32] = []

    /// The bits of this tick's deltas.
    private(set) var deltas = BitWriter()
    private var cache: [CachedDelta] = []
    /// How many deltas were encoded; a delta found in the cache is not counted.
    private(set) var encoded = 0
    private var epoch: UInt32 = 1
    private static let cacheWays = 4

    /// - Parameters:
    ///   - layouts: of the schema's types.
    ///   - history: how many states of each entity are kept, a power of two.
    init(layouts: [EntityLayout], history: Int) {
        self.layouts = layouts
        self.history = history
        coders = layouts.map(\.coder)
        wordCounts = layouts.map(\.wordCount)
        freeRows = Array(repeating: [], count: layouts.count)
    }

    /// The slot of a living entity.
    @inline(__always)
    func slot(of handle: EntityHandle) -> Slot? {
        guard handle.index < slots.count else { return nil }
        let slot = slots[handle.index]
        return slot.type >= 0 && slot.generation == handle.generation ? slot : nil
    }

    /// Adds an entity without a state; it replaces the entity that had its place before.
    mutating func insert(_ handle: EntityHandle, type: Int) {
        let index = handle.index
        while slots.count <= index {
            slots.append(Slot())
            cache.append(contentsOf: repeatElement(CachedDelta(), count: Self.cacheWays))
        }
        vacate(index)
        let size = history * wordCounts[type]
        slots[index].type = type
        slots[index].generation = handle.generation
        slots[index].version = 0
        if let base = freeRows[type].popLast() {
            slots[index].base = base
        } else {
            slots[index].base = rows.count
            rows.append(contentsOf: repeatElement(0, count: size))
        }
        count += 1
    }

    mutating func remove(_ handle: EntityHandle) {
        if slot(of: handle) != nil { vacate(handle.index) }
    }

    private mutating func vacate(_ index: Int) {
        let slot = slots[index]
        guard slot.type >= 0 else { return }
        freeRows[slot.type].append(slot.base)
        slots[index].type = -1
        count -= 1
    }

    /// Takes an entity's state in this tick; an unchanged state costs a comparison.
    ///
    /// - Parameters:
    ///   - state: begins with the words.
    ///   - handle: of a living entity.
    mutating func take(_ state: Span<UInt32>, as handle: EntityHandle) {
        let slot = slots[handle.index]
        let words = wordCounts[slot.type]
        if slot.version > 0 {
            let newest = row(slot, slot.version, words)
            var isSame = true
            for index in 0..<words where rows[newest + index] != state[index] {
                isSame = false
                break
            }
            if isSame { return }
        }
        let version = slot.version &+ 1
        let place = row(slot, version, words)
        for index in 0..<words { rows[place + index] = state[index] }
        slots[handle.index].version = version
        slots[handle.index].hash = StateHash.of(
            state.extracting(0..<words), handle: handle, type: slot.type)
    }

    @inline(__always)
    private func row(_ slot: Slot, _ version: UInt32, _ words: Int) -> Int {
        slot.base &+ (Int(version) & (history &- 1)) &* words
    }

    /// Whether a version that a client has can still be a baseline.
    @inline(__always)
    func remembers(_ version: UInt32, of slot: Slot) -> Bool {
        version > 0 && slot.version &- version < UInt32(truncatingIfNeeded: history)
    }

    /// Drops the deltas of the tick before.
    mutating func beginTick() {
        deltas.removeAll()
        epoch &+= 1
    }

    /// The delta since a version; 0 is the origin.
    @inline(__always)
    mutating func delta(_ index: Int, since baseline: UInt32) -> Delta {
        let version = slots[index].version
        let place = index &* Self.cacheWays &+ Int(baseline) & (Self.cacheWays &- 1)
        let cached = cache[place]
        if cached.epoch == epoch, cached.baseline == baseline, cached.version == version {
            return Delta(word: cached.word, bits: Int(cached.bits))
        }
        return encode(index, since: baseline, at: place)
    }

    private mutating func encode(_ index: Int, since baseline: UInt32, at place: Int) -> Delta {
        let slot = slots[index]
        let words = wordCounts[slot.type]
        let start = deltas.bitCount
        let newest = row(slot, slot.version, words)
        if baseline == 0 {
            Self.write(
                coders[slot.type], rows, newest, since: layouts[slot.type].origin, 0, to: &deltas)
        } else {
            Self.write(
                coders[slot.type], rows, newest, since: rows, row(slot, baseline, words),
                to: &deltas)
        }
        encoded &+= 1
        let bits = deltas.bitCount &- start
        deltas.alignToWord()
        cache[place] = CachedDelta(
            epoch: epoch, version: slot.version, baseline: baseline,
            bits: UInt32(truncatingIfNeeded: bits), word: start >> 6)
        return Delta(word: start >> 6, bits: bits)
    }

    private static func write(
        _ coder: borrowing DeltaCoder, _ rows: borrowing [UInt32], _ newest: Int,
        since baselines: borrowing [UInt32], _ older: Int, to writer: inout BitWriter
    ) {
        let words = coder.words.count
        coder.write(
            rows.span.extracting(newest..<newest &+ words),
            since: baselines.span.extracting(older..<older &+ words), to: &writer)
    }

    /// The words of the newest state.
    func words(of handle: EntityHandle) -> [UInt32]? {
        guard let slot = slot(of: handle), slot.version > 0 else { return nil }
        let words = wordCounts[slot.type]
        let start = row(slot, slot.version, words)
        return Array(rows[start..<start + words])
    }
}
