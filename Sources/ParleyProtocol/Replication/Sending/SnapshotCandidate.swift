/// An entity that is due in a client's packets, and its cost in bits.
struct SnapshotCandidate: Sendable {
    let alias: Int
    let kind: SnapshotFormat.Kind
    /// The version to send; 0 for a despawn.
    let version: UInt32
    /// The place of its delta's bits, and how many.
    let word: Int
    let bits: Int
    let priority: Float

    /// The most bits of a record beside its delta: gap, kind, age or type and handle.
    @inline(__always)
    static func overhead(_ kind: SnapshotFormat.Kind) -> Int {
        switch kind {
        case .update: 19 + 1 + 1 + SnapshotFormat.ageBits
        case .spawn: 19 + 2 + 8 + SnapshotFormat.handleBits
        case .despawn: 19 + 2
        }
    }

    /// Keeps the candidates of the highest priority that fit, in the order of their aliases. A candidate
    /// that does not fit is skipped; a smaller one may fit.
    ///
    /// - Parameters:
    ///   - candidates: in the order of their aliases.
    ///   - room: bits that they may take.
    /// - Returns: how many were left out.
    static func keepMostUrgent(_ candidates: inout [SnapshotCandidate], in room: Int) -> Int {
        let order = candidates.indices.sorted {
            (candidates[$0].priority, $1) > (candidates[$1].priority, $0)
        }
        var isKept = [Bool](repeating: false, count: candidates.count)
        var left = room
        var kept = 0
        for index in order {
            let needed = candidates[index].bits + overhead(candidates[index].kind)
            guard needed <= left else { continue }
            left -= needed
            isKept[index] = true
            kept += 1
        }
        let count = candidates.count
        var next = 0
        candidates.removeAll { _ in
            defer { next += 1 }
            return !isKept[next]
        }
        return count - kept
    }
}

extension ClientReplica {
    /// Collects the entities whose newest state the client does not have and that is not in flight.
    ///
    /// - Parameters:
    ///   - candidates: gets them, in the order of the aliases.
    ///   - store: makes the deltas.
    ///   - tick: now.
    /// - Returns: the most bits that all of them take.
    mutating func collect(
        into candidates: inout [SnapshotCandidate], from store: inout EntityStore, at tick: UInt32
    ) -> Int {
        var total = 0
        for alias in entries.indices where entries[alias].phase != .free {
            if entries[alias].phase == .shown,
                let candidate = state(of: alias, from: &store, at: tick)
            {
                total &+= candidate.bits &+ SnapshotCandidate.overhead(candidate.kind)
                candidates.append(candidate)
            }
            // An entity that is gone from the store has just begun to leave.
            if entries[alias].phase == .leaving, !entries[alias].isInFlight {
                entries[alias].priority += 1
                total &+= SnapshotCandidate.overhead(.despawn)
                candidates.append(
                    SnapshotCandidate(
                        alias: alias, kind: .despawn, version: 0, word: 0, bits: 0,
                        priority: entries[alias].priority))
            }
        }
        return total
    }

    @inline(__always)
    private mutating func state(
        of alias: Int, from store: inout EntityStore, at tick: UInt32
    ) -> SnapshotCandidate? {
        let entry = entries[alias]
        guard let slot = store.slot(of: entry.handle) else {
            hide(alias: alias)
            return nil
        }
        guard slot.version != entry.acknowledged,
            !entry.isInFlight || entry.sent != slot.version
        else { return nil }
        // A whole state in flight is not sent again as readily as a delta.
        let weight =
            entry.isInFlight && entry.acknowledged == 0 ? entry.weight * 0.25 : entry.weight
        entries[alias].priority = entry.priority + weight
        guard entries[alias].priority >= 1 else { return nil }
        let isUpdate =
            entry.hasBaseline(at: tick) && store.remembers(entry.acknowledged, of: slot)
        let delta = store.delta(
            entry.handle.index, since: isUpdate ? entry.acknowledged : 0)
        return SnapshotCandidate(
            alias: alias, kind: isUpdate ? .update : .spawn, version: slot.version,
            word: delta.word, bits: delta.bits, priority: entries[alias].priority)
    }
}
