/// The states of one entity that a client received, by tick.
///
/// It keeps those of the newest 64 ticks and the one before them, since differences refer to no
/// others: at most 66 states.
struct StateHistory: Sendable {
    let wordCount: Int
    private(set) var ticks: [UInt32] = []
    /// For each state the last tick at which it is known to have been the same still.
    private(set) var ends: [UInt32] = []
    private var rows: [UInt32] = []

    init(wordCount: Int) {
        self.wordCount = wordCount
    }

    private static let limit = Int(SnapshotFormat.window) + 1

    var isEmpty: Bool { ticks.isEmpty }

    /// The newest state's place.
    var newest: Int { ticks.count - 1 }

    func words(at place: Int) -> ArraySlice<UInt32> {
        rows[place * wordCount..<(place + 1) * wordCount]
    }

    /// The place of the newest state up to a tick.
    func place(upTo tick: UInt32) -> Int? {
        var place = ticks.count &- 1
        while place >= 0, ticks[place] > tick { place &-= 1 }
        return place >= 0 ? place : nil
    }

    /// Adds a state where its tick belongs; one of a tick that is there already changes nothing.
    mutating func insert(_ words: ArraySlice<UInt32>, tick: UInt32) {
        let place = place(upTo: tick).map { $0 + 1 } ?? 0
        if place > 0, ticks[place - 1] == tick { return }
        ticks.insert(tick, at: place)
        ends.insert(tick, at: place)
        // What came late says that the one before it did not last.
        if place > 0 { ends[place - 1] = min(ends[place - 1], tick) }
        rows.insert(contentsOf: words, at: place * wordCount)
        if ticks.count > Self.limit { forget() }
    }

    /// The newest state was the same still at a tick.
    mutating func hold(through tick: UInt32) {
        guard let last = ends.last, last < tick else { return }
        ends[ends.count - 1] = tick
    }

    private mutating func forget() {
        let newest = ticks[ticks.count - 1]
        guard newest >= SnapshotFormat.window,
            let oldest = place(upTo: newest - SnapshotFormat.window)
        else { return }
        ticks.removeFirst(oldest)
        ends.removeFirst(oldest)
        rows.removeFirst(oldest * wordCount)
    }
}
