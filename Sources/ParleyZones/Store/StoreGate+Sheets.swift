internal import ParleyDatagrams
package import ParleyHandoff
internal import ParleyStore

extension StoreGate {
    /// Reads for a zone what a character of its own has, or what lies in the zone.
    ///
    /// - Parameter zone: The name in the certificate of the zone that asks. It may ask for itself only.
    /// - Returns: Nil if the zone may not read it, or if the store does not answer. The caller asks again.
    package func read(_ request: SheetRequest, for zone: ZoneName) async -> SheetAnswer? {
        guard request.process.zone == zone, let sheet = await sheet(request),
            let bytes = try? sheet.encoded()
        else { return nil }
        return SheetAnswer(request.party, mark: request.mark, sheet: bytes)
    }

    private func sheet(_ request: SheetRequest) async -> CharacterSheet? {
        if let party = request.party {
            let owner = Owner(request.process, party.epoch)
            return await store.perform(
                ReadSheet(of: party.character, owner, seen: request.seen)
            ).value
        }
        let possessions = await store.perform(ReadPossessions(of: .zone(request.process.zone)))
        return possessions.value.map { CharacterSheet(name: nil, possessions: $0) }
    }

    /// Forgets what nobody asks for any more: events that all stored states contain, and deals of before a date.
    ///
    /// A deal that was forgotten would take place again, so the date lies far back.
    package func trim(before date: Int64) async {
        _ = await store.perform(TrimOutbox())
        // The rest is for the next time.
        for _ in 0..<Self.mostTrims {
            guard let count = await store.perform(TrimDeals(before: date)).value, count > 0 else {
                return
            }
        }
    }

    /// How many transactions of a thousand deals are made at a time.
    private static var mostTrims: Int { 10 }
}
