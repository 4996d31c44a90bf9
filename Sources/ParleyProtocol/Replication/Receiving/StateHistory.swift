/// The states of one entity that a client received, by tick.
///
/// It keeps those of the newest 64 ticks and the one before them, since differences refer to no
/// others: at most 66 states. They are the rows of one array, since a client has many histories and
/// copies them with each frame that a caller keeps.
struct StateHistory: Sendable {
    let wordCount: Int
    /// For each state its tick, the last tick at which it is known to have been the same still, and
    /// its words.
    private var rows: [UInt32] = []
    private(set) var count = 0
    /// The end of the newest state: beside the rows, since it moves with each packet of an entity
    /// that stands still, and would have them copied.
    private var newestEnd: UInt32 = 0

    init(wordCount: Int) {
        self.wordCount = wordCount
    }

    private static let limit = Int(SnapshotFormat.window) + 1
    private var stride: Int { wordCount + 2 }

    var isEmpty: Bool { count == 0 }

    /// The newest state's place.
    var newest: Int { count - 1 }

    /// The tick of the newest state.
    var newestTick: UInt32? { isEmpty ? nil : tick(at: newest) }

    func tick(at place: Int) -> UInt32 { rows[place * stride] }

    /// The last tick at which a state is known to have been the same still.
    func end(at place: Int) -> UInt32 { place == newest ? newestEnd : rows[place * stride + 1] }

    func words(at place: Int) -> ArraySlice<UInt32> {
        rows[place * stride + 2..<(place + 1) * stride]
    }

    /// The place of the newest state up to a tick.
    func place(upTo tick: UInt32) -> Int? {
        var place = newest
        while place >= 0, self.tick(at: place) > tick { place &-= 1 }
        return place >= 0 ? place : nil
    }

    /// Adds a state where its tick belongs; one of a tick that is there already changes nothing.
    mutating func insert(_ words: ArraySlice<UInt32>, tick: UInt32) {
        // Rows of another length would shift all that come after.
        guard words.count == wordCount else { return }
        let place = place(upTo: tick).map { $0 + 1 } ?? 0
        if place > 0, self.tick(at: place - 1) == tick { return }
        // A late state says that the one before it did not last.
        if place > 0 { rows[(place - 1) * stride + 1] = min(end(at: place - 1), tick) }
        if place == count {
            newestEnd = tick
            rows.append(tick)
            rows.append(tick)
            rows.append(contentsOf: words)
        } else {
            rows.insert(contentsOf: [tick, tick] + words, at: place * stride)
        }
        count += 1
        if count > Self.limit { forget() }
    }

    /// The newest state was the same still at a tick.
    mutating func hold(through tick: UInt32) {
        newestEnd = max(newestEnd, tick)
    }

    private mutating func forget() {
        let newest = tick(at: newest)
        guard newest >= SnapshotFormat.window,
            let oldest = place(upTo: newest - SnapshotFormat.window)
        else { return }
        rows.removeFirst(oldest * stride)
        count -= oldest
    }
}
