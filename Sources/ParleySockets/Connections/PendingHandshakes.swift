/// The unfinished handshakes of a listener, oldest first, and which of them has to go when there are too
/// many.
///
/// A peer that begins handshakes and never ends them displaces its own, not those of others.
struct PendingHandshakes<Handshake> {
    private struct Entry {
        let id: ConnectionID
        let account: SocketAddress
        let handshake: Handshake
    }

    private var entries: [Entry] = []
    private var counts: [SocketAddress: Int] = [:]
    private let limit: Int
    private let limitPerAddress: Int

    init(limit: Int, limitPerAddress: Int) {
        self.limit = max(1, limit)
        self.limitPerAddress = max(1, limitPerAddress)
    }

    /// How many there are.
    var count: Int { entries.count }

    /// Adds one; returns the one that had to make room for it.
    mutating func add(_ handshake: Handshake, id: ConnectionID, from peer: SocketAddress)
        -> Handshake?
    {
        let account = peer.accountable
        let victim = victim(for: account, isLimited: !peer.isLoopback)
        let dropped = victim.map { take(at: $0) }
        entries.append(Entry(id: id, account: account, handshake: handshake))
        counts[account, default: 0] += 1
        return dropped
    }

    /// Takes one out, whose handshake has ended.
    mutating func remove(_ id: ConnectionID) -> Handshake? {
        entries.firstIndex { $0.id == id }.map { take(at: $0) }
    }

    /// Takes all of them out, oldest first.
    mutating func removeAll() -> [Handshake] {
        defer { (entries, counts) = ([], [:]) }
        return entries.map(\.handshake)
    }

    private func victim(for account: SocketAddress, isLimited: Bool) -> Int? {
        if isLimited, counts[account, default: 0] >= limitPerAddress {
            return entries.firstIndex { $0.account == account }
        }
        guard entries.count >= limit else { return nil }
        // The newcomer counts: a network that would have most with it makes room for it itself.
        let most = max(counts.values.max() ?? 0, counts[account, default: 0] + 1)
        if counts[account, default: 0] + 1 == most,
            let own = entries.firstIndex(where: { $0.account == account })
        {
            return own
        }
        return entries.firstIndex { counts[$0.account] == most } ?? 0
    }

    private mutating func take(at index: Int) -> Handshake {
        let entry = entries.remove(at: index)
        let left = counts[entry.account, default: 1] - 1
        counts[entry.account] = left > 0 ? left : nil
        return entry.handshake
    }
}
