extension SnapshotReceiver {
    /// How many of the newest packets must have arrived for a missing update to mean "unchanged".
    private static let reliedPackets: UInt64 = 4

    /// Packets that came said nothing of some entities, up to a tick: those are still as they were.
    ///
    /// Without this an entity that begins to move would seem to have moved slowly all the time
    /// before. Distant entities are sent less often, so an entity counts as still only when an
    /// update was due; and a lost packet may have had it.
    mutating func noteStill(through tick: Tick) {
        let relied: UInt64 = 1 << Self.reliedPackets - 1
        guard packets.history & relied == relied else { return }
        for alias in aliases.values {
            guard let newest = bindings[alias].states.newestTick, newest < tick.number,
                tick.number - newest >= bindings[alias].usualGap
            else { continue }
            bindings[alias].states.hold(through: tick.number)
        }
    }
}

extension SnapshotReceiver.Binding {
    /// Adds a state, and learns how often they come.
    mutating func insert(_ words: ArraySlice<UInt32>, tick: UInt32) {
        if let last = states.newestTick, tick > last {
            let gap = tick - last
            // At most a window, so nothing overflows, and one long rest is forgotten within a
            // second.
            let longest = usualGap == 0 ? SnapshotFormat.window : 2 * usualGap
            if gap > longest {
                // It began to move one usual gap ago at the earliest.
                if usualGap > 0 { states.hold(through: tick - usualGap) }
            } else {
                usualGap = usualGap == 0 ? gap : (3 * usualGap + gap + 3) / 4
                usualGap = min(usualGap, SnapshotFormat.window)
            }
        }
        states.insert(words, tick: tick)
    }
}
