public import ParleyHandoff

/// Reads the results of deals that a character's state does not contain yet.
public struct PullOutbox: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// Its owner.
    public var owner: Owner
    /// The newest event that the owner has.
    public var number: UInt64
    /// The most events of an answer, at most 256.
    public var limit: Int

    /// A pull from its parts.
    public init(_ character: CharacterID, _ owner: Owner, beyond number: UInt64, limit: Int = 256) {
        self.character = character
        self.owner = owner
        self.number = number
        self.limit = limit
    }

    /// The events, oldest first.
    public var steps: StoreSteps<[OutboxEvent]> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<[OutboxEvent]>
    {
        guard let row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        guard row.owner == owner else { return .refused(.notOwner(row)) }
        let most = min(max(limit, 0), 256)
        return .done(try await tables.outbox(character, beyond: number, limit: most))
    }
}

/// Removes the events that every stored state of their character contains.
public struct TrimOutbox: StoreOperation, Hashable {
    /// The command.
    public init() {}

    /// How many events were removed.
    public var steps: StoreSteps<Int> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<Int> {
        .done(try await tables.trimOutbox())
    }
}

/// Reads what a holder has. A zone that takes a character asks for the character's things.
public struct ReadPossessions: StoreOperation, Hashable {
    /// The holder.
    public var holder: Holder

    /// The question.
    public init(of holder: Holder) {
        self.holder = holder
    }

    /// Its items and balances.
    public var steps: StoreSteps<Possessions> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        Possessions
    > {
        .done(
            Possessions(
                items: try await tables.items(holder), balances: try await tables.balances(holder)))
    }
}
