extension MemoryTables {
    func health() -> StoreHealth {
        let events = rows.outbox.values.joined()
        return StoreHealth(
            quarantined: rows.characters.values.count { $0.access == .quarantined },
            waitingEvents: events.count,
            oldestEvent: events.compactMap { rows.results[$0.operation]?.date }.min())
    }
}
