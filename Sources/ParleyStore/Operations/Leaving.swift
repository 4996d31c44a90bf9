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
        if row.place == nil, row.wasMoved(after: owner.epoch, mark: mark) {
            return .done(row.epoch)
        }
        guard row.owner == owner else { return .refused(.notOwner(row)) }
        row.move(to: nil, mark: mark)
        row.failures = 0
        try await tables.write(row)
        try await tables.write(
            StateRow(number: row.epoch.number, moment: 0, state: state), .checkpoint, character)
        return .done(row.epoch)
    }
}

/// Puts a character out whose state could not be put into its zone. The third failure in a row is followed by
/// quarantine.
public struct Fail: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// Its owner.
    public var owner: Owner
    /// 64 random bits, the same in each repetition.
    public var mark: UInt64

    /// A failure from its parts.
    public init(_ character: CharacterID, _ owner: Owner, mark: UInt64) {
        self.character = character
        self.owner = owner
        self.mark = mark
    }

    /// The epoch at which it is out.
    public var steps: StoreSteps<Epoch> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<Epoch>
    {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        if row.place == nil, row.wasMoved(after: owner.epoch, mark: mark) {
            return .done(row.epoch)
        }
        guard row.owner == owner else { return .refused(.notOwner(row)) }
        row.move(to: nil, mark: mark)
        try await countFailure(of: &row, on: tables)
        try await tables.write(row)
        return .done(row.epoch)
    }
}

/// Counts a state that did not arrive.
func countFailure(of row: inout CharacterRecord, on tables: any StoreTables)
    async throws(StoreFault)
{
    row.failures &+= 1
    if row.failures >= OwnershipTable.failureLimit { try await setAside(&row, on: tables) }
}

/// A ban stays a ban. What an operator pardons is either.
private func setAside(_ row: inout CharacterRecord, on tables: any StoreTables)
    async throws(StoreFault)
{
    row.place = nil
    row.taken = row.epoch.number
    row.raiseLogin(row.access == .banned ? .banned : .quarantined)
    try await tables.removeSeal(row.character)
    try await tables.removeToken(row.character)
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
        if row.access == .quarantined { return .done(row) }
        guard row.epoch == epoch else { return .refused(.notOwner(row)) }
        row.move(to: nil, mark: 0)
        try await setAside(&row, on: tables)
        try await tables.write(row)
        return .done(row)
    }
}

/// Takes a ban, a quarantine or a kick back: an operator's command. The player may log in again.
public struct Pardon: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// The newest login that the caller has seen: a ban, a quarantine or a kick of another one is left alone, and the pardon
    /// refused as ``StoreRefusal/replaced(_:)``. Nil takes any back.
    public var login: LoginNumber?
    /// Whether only a quarantine is taken back.
    public var onlyQuarantine: Bool

    /// A pardon from its parts.
    public init(_ character: CharacterID, login: LoginNumber? = nil, onlyQuarantine: Bool = false) {
        self.character = character
        self.login = login
        self.onlyQuarantine = onlyQuarantine
    }

    /// The row afterwards.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        if onlyQuarantine, row.access != .quarantined { return .done(row) }
        guard login == nil || row.login == login else {
            return row.refusalOfLogin == nil ? .done(row) : .refused(.replaced(row))
        }
        if row.access != .allowed { row.access = .kicked }
        row.failures = 0
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
