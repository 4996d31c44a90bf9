public import ParleyHandoff

/// Lets a character leave its zone and the game, with its last state.
public struct Leave: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// Its owner.
    public var owner: Owner
    /// Its last state.
    public var state: StoredState
    /// 64 random bits, the same in each repetition.
    public var mark: UInt64

    /// A departure from its parts.
    public init(_ character: CharacterID, _ owner: Owner, state: StoredState, mark: UInt64) {
        self.character = character
        self.owner = owner
        self.state = state
        self.mark = mark
    }

    /// The epoch at which it is out.
    public var steps: StoreSteps<Epoch> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<Epoch>
    {
        guard state.bytes.count <= StoredState.mostBytes else {
            return .refused(.malformed("the state is too long"))
        }
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        if row.wasMoved(to: nil, after: owner.epoch.number, mark: mark) { return .done(row.epoch) }
        guard row.owner == owner else { return .refused(.notOwner(row)) }
        row.move(to: nil, mark: mark)
        row.taken = row.epoch.number
        row.attempts = 0
        try await tables.write(row)
        try await tables.write(
            StateRow(number: row.epoch.number, state: state), .checkpoint, character)
        return .done(row.epoch)
    }
}

/// Sets a character aside that zones fail on: it is out, and a seal that no zone could take is dropped, so its
/// state is the checkpoint before that.
public struct Quarantine: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// The epoch at which the caller saw it fail.
    public var epoch: Epoch

    /// A quarantine from its parts.
    public init(_ character: CharacterID, at epoch: Epoch) {
        self.character = character
        self.epoch = epoch
    }

    /// The row afterwards.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        if row.isQuarantined { return .done(row) }
        guard row.epoch == epoch else { return .refused(.notOwner(row)) }
        if !row.isTaken { try await tables.removeSeal(character) }
        row.move(to: nil, mark: 0)
        row.isQuarantined = true
        try await tables.write(row)
        return .done(row)
    }
}

/// Releases a character from quarantine: an operator's command.
public struct Release: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID

    /// A release.
    public init(_ character: CharacterID) {
        self.character = character
    }

    /// The row afterwards.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        row.isQuarantined = false
        row.attempts = 0
        try await tables.write(row)
        return .done(row)
    }
}

/// Finds the characters whose owner is no living zone: at most `limit`, by ascending number.
public struct Sweep: StoreOperation, Hashable {
    /// The most rows of an answer, at most 10,000.
    public var limit: Int

    /// A sweep.
    public init(limit: Int = 1_000) {
        self.limit = limit
    }

    /// The rows.
    public var steps: StoreSteps<[CharacterRecord]> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<[CharacterRecord]>
    {
        .done(try await tables.orphans(limit: min(max(limit, 0), 10_000)))
    }
}

/// Reads the row of a character without a lock: where to send its player. Nothing is decided by it.
public struct Locate: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID

    /// The question.
    public init(_ character: CharacterID) {
        self.character = character
    }

    /// The row.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard let row = try await tables.character(character) else {
            return .refused(.noSuchCharacter(character))
        }
        return .done(row)
    }
}
