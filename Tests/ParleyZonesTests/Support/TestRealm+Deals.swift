import ParleyHandoff
import ParleyStore
import ParleyZones
import TestGames

/// What the realm knows of its characters' deals.
extension TestRealm {
    /// The character of a client that plays.
    func character(of client: RealmClient<Meadow>) -> CharacterID {
        CharacterID(rawValue: UInt64(client.frame()?.me?.player ?? 0))
    }

    /// The deals that a character's world has heard the end of; empty while it is on its way.
    func heard(by character: CharacterID) async -> [DealMark] {
        for name in ["west", "east"] {
            guard let zone = zone(name), !zone.isFrozen else { continue }
            if let heard = await zone.world.deals(heardBy: character) { return heard }
        }
        return []
    }

    /// How many coins a character has, as the store says.
    func coins(of character: CharacterID) async -> Int64 {
        await amount(of: .coins, of: character)
    }

    /// How much of a currency a character has, as the store says.
    func amount(of currency: Currency, of character: CharacterID) async -> Int64 {
        let possessions = await store.perform(ReadPossessions(of: .character(character))).value
        return possessions?.amount(of: currency) ?? -1
    }

    /// Waits until a character has heard the end of so many deals.
    ///
    /// - Returns: Their results.
    func results(of count: Int, heardBy character: CharacterID) async throws -> [DealMark.Result] {
        try await wait { await heard(by: character).count >= count }
        return await heard(by: character).map(\.result)
    }
}
