internal import ParleyDatagrams
package import ParleyHandoff
internal import ParleyStore

extension StoreGate {
    /// Performs a deal for a zone.
    ///
    /// - Parameters:
    ///   - request: The deal. A repetition has the same operation, and gets the first result.
    ///   - zone: The name in the certificate of the zone that asks. It may ask for itself only.
    ///   - date: Seconds since 1970. The operation's name is kept until `TrimDeals` forgets it by this date.
    /// - Returns: Nil if the outcome is unknown, or if the store refused for a reason of its own. The caller asks
    ///   again by the same request.
    package func perform(_ request: DealRequest, from zone: ZoneName, at date: Int64) async
        -> DealAnswer?
    {
        let malformed = DealAnswer(request.operation, .refused(.malformed))
        guard request.process.zone == zone, let deal = deal(request, at: date) else {
            return malformed
        }
        switch await store.perform(deal) {
        case .done(let result):
            guard let bytes = try? result.encoded() else { return nil }
            return DealAnswer(request.operation, .settled(bytes))
        case .refused(.notOwner), .refused(.noSuchCharacter), .refused(.zoneNotReady):
            return DealAnswer(request.operation, .refused(.notOwner))
        case .refused(.malformed), .refused(.notEntitled): return malformed
        case .refused, .unknown: return nil
        }
    }

    /// The store's operation; nil if the request is none.
    private func deal(_ request: DealRequest, at date: Int64) -> Deal? {
        guard let effects = try? DealEffects.decoded(request.effects) else { return nil }
        var parties: [CharacterID: Owner] = [:]
        for party in request.parties {
            let owner = Owner(request.process, party.epoch)
            guard parties.updateValue(owner, forKey: party.character) == nil else { return nil }
        }
        return Deal(
            request.operation, parties: parties, zone: request.includesZone ? request.process : nil,
            effects: effects, note: request.note.bytes, date: date)
    }
}
