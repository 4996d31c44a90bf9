import ArenaGame
import Parley

/// What a server has shown of its world, for as long as it may still be on its way to somebody.
struct WorldRecord {
    private var entries: [(tick: Tick, snapshot: ArenaMessages.Snapshot)] = []

    /// At twenty snapshots a second, a minute and a half.
    private static let depth = 2_048

    /// Takes note of a snapshot; returns what is wrong with it, if anything is.
    mutating func add(_ snapshot: ArenaMessages.Snapshot, of tick: Tick) -> String? {
        let newest = entries.last?.tick
        append(snapshot, of: tick)
        if let newest, tick <= newest { return "tick \(tick.number) after \(newest.number)" }
        let ids = snapshot.sights.map(\.id)
        guard zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }) else {
            return "somebody is in two places at tick \(tick.number)"
        }
        guard let it = snapshot.it else { return nil }
        return ids.contains(it) ? nil : "“it” is nowhere at tick \(tick.number)"
    }

    /// Whether the world was so at that tick.
    func matches(_ snapshot: ArenaMessages.Snapshot, of tick: Tick) -> Bool {
        guard let index = index(of: tick) else { return false }
        return entries[index].snapshot == snapshot
    }

    /// Whether it is the newest tick that was shown, or the one before.
    func isNews(_ tick: Tick) -> Bool {
        entries.suffix(2).contains { $0.tick == tick }
    }

    private mutating func append(_ snapshot: ArenaMessages.Snapshot, of tick: Tick) {
        // In big steps, so that what is kept is not moved each time.
        if entries.count == 2 * Self.depth { entries.removeFirst(Self.depth) }
        entries.append((tick, snapshot))
    }

    /// Ticks rise, so half of them can be left out at each look.
    private func index(of tick: Tick) -> Int? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].tick < tick { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].tick == tick ? low : nil
    }
}
