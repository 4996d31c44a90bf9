import ParleyHandoff

extension HandoffWorld {
    /// Brings everyone back, and lets time pass without faults until all is well again (12).
    ///
    /// - Parameter limit: How long that may take, in milliseconds.
    mutating func calmDown(within limit: Int64) {
        note("the faults end")
        failOver()
        for index in zones.indices {
            zones[index].pausedUntil = 0
            if !zones[index].isUp { start(index) }
        }
        for index in worlds.indices { worlds[index].pausedUntil = 0 }
        let end = max(now, store.closedUntil) + limit * 1_000
        while now < end, violation == nil {
            // A process that learned that it is gone is started again, as a supervisor would.
            for index in zones.indices where !zones[index].isUp { start(index) }
            pass(50_000)
            for _ in 0..<3 { deliverAll() }
            for index in zones.indices { tick(index) }
            deliverAll()
            checkState()
            if isCalm { return }
        }
        if let complaint { fail(12, complaint) }
    }

    /// All messages that are on their way now, in order.
    mutating func deliverAll() {
        let count = flight.count
        let due = flight
        flight.removeAll(keepingCapacity: true)
        for envelope in due.prefix(count) {
            note("deliver \(envelope)")
            deliver(envelope)
        }
    }

    /// Whether everyone plays and every row names a process that lives.
    private var isCalm: Bool {
        for index in store.table.characters.indices {
            guard let place = store.table.characters[index].place else { continue }
            guard store.table.characters[index].isTaken, lives(place) else { return false }
        }
        for client in clients where client.isNewest && !isWell(client) { return false }
        return true
    }

    /// What is not well yet; nil if everyone plays and every row names a process that lives.
    var complaint: String? {
        for row in store.table.characters {
            guard let place = row.place, !(lives(place) && row.isTaken) else { continue }
            return "\(row.character) is left at \(place), \(row.epoch)"
        }
        for client in clients where client.isNewest && !isWell(client) {
            return "client of \(client.follower.character) does not play: \(client.follower.state)"
        }
        return nil
    }

    private func lives(_ process: ZoneProcess) -> Bool {
        guard let index = index(of: process.zone) else { return false }
        return zones[index].isUp && zones[index].process == process
    }

    private func isWell(_ client: ClientHost) -> Bool {
        if case .ended = client.follower.state { return true }
        guard client.follower.isPlaying, let current = client.follower.current else { return false }
        let character = client.follower.character
        return store.table.characters.contains {
            $0.character == character && $0.owner == Owner(current.process, current.epoch)
        }
    }
}
