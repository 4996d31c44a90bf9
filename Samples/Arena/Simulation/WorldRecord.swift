import ArenaGame
import Parley

/// The snapshots of a server's world, for as long as they may be on their way to a client.
struct WorldRecord {
    private var snapshots: [ArenaSnapshot] = []

    /// At twenty shows a second, a minute and a half.
    private static let depth = 2_048
    /// As many shows are news to who looks around ten times a second.
    private static let news = 4

    /// Takes note of a show; returns what is wrong with it, if anything is.
    mutating func add(_ snapshot: ArenaSnapshot) -> String? {
        let newest = snapshots.last?.tick
        append(snapshot)
        let tick = snapshot.tick.number
        if let newest, snapshot.tick <= newest { return "tick \(tick) after \(newest.number)" }
        let ids = Set(snapshot.walkers.values.map(\.id))
        guard ids.count == snapshot.walkers.count else {
            return "somebody is in two places at tick \(tick)"
        }
        let chosen = snapshot.walkers.values.filter(\.isIt).map(\.id)
        guard chosen == [snapshot.it].compactMap(\.self) else {
            return "“it” is nowhere, or several are, at tick \(tick)"
        }
        let inWalls = snapshot.walkers.values.first { !Grounds.arena[$0.area].isFree($0.position) }
        return inWalls.map { "\($0.id.rawValue) is in a wall at tick \(tick)" }
    }

    /// Whether an entity had this state at that tick.
    func shows(_ words: [UInt32], of handle: EntityHandle, at tick: Tick) -> Bool {
        guard let index = index(notBefore: tick), snapshots[index].tick == tick else {
            return false
        }
        return snapshots[index].entries[handle]?.words == words
    }

    /// What a frame has otherwise than one of the newest shows.
    func difference(to frame: GameFrame<ArenaRules>) -> String? {
        guard
            let snapshot = snapshots.suffix(Self.news).last(where: {
                $0.tick == frame.received.newestTick
            })
        else { return "nothing new has come" }
        guard let handle = frame.myHandle, let body = snapshot.walkers[handle] else {
            return "it has no body"
        }
        if frame.authoritative != body { return "its own body is elsewhere" }
        // A body at rest is where the prediction is, once no other body pushes it.
        if body.velocity == .zero, frame.me?.spot != body.spot { return "it predicts otherwise" }
        let near = snapshot.entries.filter { $0.value.area == body.area && $0.key != handle }
        guard Set(frame.received.entities) == Set(near.keys) else { return "it sees others" }
        for (other, entry) in near where frame.received.words(of: other) != entry.words {
            return "it sees somebody elsewhere"
        }
        return nil
    }

    private mutating func append(_ snapshot: ArenaSnapshot) {
        // In big steps, so that the rest is not moved each time.
        if snapshots.count == 2 * Self.depth { snapshots.removeFirst(Self.depth) }
        snapshots.append(snapshot)
    }

    /// A binary search: ticks rise.
    private func index(notBefore tick: Tick) -> Int? {
        var (low, high) = (0, snapshots.count)
        while low < high {
            let middle = (low + high) / 2
            if snapshots[middle].tick < tick { low = middle + 1 } else { high = middle }
        }
        return low < snapshots.count ? low : nil
    }
}
