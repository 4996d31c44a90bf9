import ParleyHandoff

/// Deals and sheets of zones.
extension WorldServer {
    /// Answers a zone's deal.
    ///
    /// - Returns: Whether the store did.
    func answer(_ request: DealRequest, of zone: ZoneName) async -> Bool {
        guard let answer = await gate.perform(request, from: zone, at: Int64(clamping: date)) else {
            return false
        }
        counts.deals += 1
        storeCalls.note(answer)
        if answer.verdict == .refused(.malformed) { counts.forbidden += 1 }
        node.send(.dealt(answer), to: .zone(zone))
        return true
    }

    /// Answers a zone's question of what a character has.
    ///
    /// - Returns: Whether the store did.
    func answer(_ request: SheetRequest, of zone: ZoneName) async -> Bool {
        guard request.process.zone == zone else {
            counts.forbidden += 1
            return true
        }
        guard let answer = await gate.read(request, for: zone) else { return false }
        node.send(.sheet(answer), to: .zone(zone))
        return true
    }

    /// Has the store forget old deals, as often as the realm says.
    func trimDeals() {
        let now = now
        let next = nextTrimAt ?? now + realm.retention.interval
        nextTrimAt = next
        guard now >= next else { return }
        nextTrimAt = now + realm.retention.interval
        ask(.trim)
    }
}
