package import ParleyHandoff

/// What a zone reads of a character that it owns: at its arrival, and when a deal of it has ended.
package struct CharacterSheet: Hashable, Sendable {
    /// The name of its account; nil if it has none.
    package var name: AccountName?
    /// What it has: the first ``itemLimit`` items by number, and the first ``currencyLimit`` balances.
    package var possessions: Possessions
    /// The events of its outbox beyond those that the zone has, oldest first, at most ``eventLimit``.
    package var events: [OutboxEvent]

    /// The most items of a sheet.
    package static let itemLimit = 4_096
    /// The most currencies of a sheet.
    package static let currencyLimit = 256
    /// The most events of a sheet.
    package static let eventLimit = 16

    package init(name: AccountName?, possessions: Possessions, events: [OutboxEvent] = []) {
        self.name = name
        self.possessions = possessions
        self.events = events
    }
}

/// Reads a character's sheet, all of one moment, by a write to the character's row: only what the disk has is told.
package struct ReadSheet: StoreOperation, Hashable {
    /// The character.
    package var character: CharacterID
    /// Its owner.
    package var owner: Owner
    /// The newest event that the owner has.
    package var seen: UInt64

    package init(of character: CharacterID, _ owner: Owner, seen: UInt64) {
        self.character = character
        self.owner = owner
        self.seen = seen
    }

    /// The sheet.
    package var steps: StoreSteps<CharacterSheet> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterSheet>
    {
        guard let row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        guard row.owner == owner else { return .refused(.notOwner(row)) }
        let holder = Holder.character(character)
        return .done(
            CharacterSheet(
                name: try await tables.accountName(of: character),
                possessions: Possessions(
                    items: try await tables.items(holder),
                    balances: try await tables.balances(holder)),
                events: try await tables.outbox(
                    character, beyond: seen, limit: CharacterSheet.eventLimit)))
    }
}
