/// The unfinished handshakes of a listener, oldest first, and which of them has to go when there are too
/// many.
///
/// A peer that begins handshakes and never ends them displaces its own, not those of others.
struct PendingHandshakes<Handshake> {
    private struct Entry {
        let id: ConnectionID
        let account: SocketAddress?
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
    ///
    /// - Parameter account: What the limits count the peer as; `nil` for one that stands for itself.
    mutating func add(_ handshake: Handshake, id: ConnectionID, from account: SocketAddress?)
        -> Handshake?
    {
        let dropped = victim(for: account).map { take(at: $0) }
        entries.append(Entry(id: id, account: account, handshake: handshake))
        if let account { counts[account, default: 0] += 1 }
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

    private func victim(for account: SocketAddress?) -> Int? {
        let own = account.flatMap { counts[$0] } ?? 0
        if own >= limitPerAddress { return entries.firstIndex { $0.account == account } }
        guard entries.count >= limit else { return nil }
        // The newcomer counts: a network that would have most with it makes room for it itself.
        let most = max(counts.values.max() ?? 0, own + 1)
        if own > 0, own + 1 == most { return entries.firstIndex { $0.account == account } }
        return entries.firstIndex { count(of: $0) == most } ?? 0
    }

    /// How many the network of an entry holds: one that stands for itself is alone.
    private func count(of entry: Entry) -> Int { entry.account.flatMap { counts[$0] } ?? 1 }

    private mutating func take(at index: Int) -> Handshake {
        let entry = entries.remove(at: index)
        if let account = entry.account {
            let left = counts[account, default: 1] - 1
            counts[account] = left > 0 ? left : nil
        }
        return entry.handshake
    }
}
