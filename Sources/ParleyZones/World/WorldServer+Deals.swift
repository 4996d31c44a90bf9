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

    /// How long a deal's name and entries are kept, in seconds: seven days. No zone repeats a deal so late: a player's
    /// session lasts a day without a connection, and a state is written each second.
    static let dealMemory: Int64 = 7 * 86_400

    /// The time from one cleaning of the store to the next.
    private static let trimInterval = Duration.seconds(60)

    /// Has the store forget old deals, once a minute.
    func trimDeals() {
        let now = now
        let next = nextTrimAt ?? now + Self.trimInterval
        nextTrimAt = next
        guard now >= next else { return }
        nextTrimAt = now + Self.trimInterval
        ask(.trim)
    }
}
