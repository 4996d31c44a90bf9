public import ParleyHandoff

/// Gives a character's seat in its zone to its newest login, in place.
public struct ReplaceSession: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// Its owner.
    public var owner: Owner
    /// The login that plays from now on: it must be the newest.
    public var login: LoginNumber

    /// A replacement from its parts.
    public init(_ character: CharacterID, _ owner: Owner, by login: LoginNumber) {
        self.character = character
        self.owner = owner
        self.login = login
    }

    /// The row afterwards.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        guard row.owner == owner else { return .refused(.notOwner(row)) }
        guard row.login == login, !row.isBanned else { return .refused(.replaced(row)) }
        row.playing = login
        try await tables.write(row)
        return .done(row)
    }
}

/// Ends the session of a login: the login rises, and the player may log in again.
public struct Kick: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// The login that ends. A higher one is left alone: it is another session.
    public var login: LoginNumber

    /// A kick from its parts.
    public init(_ character: CharacterID, login: LoginNumber) {
        self.character = character
        self.login = login
    }

    /// The row afterwards.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        guard row.login == login else { return .done(row) }
        try await endSession(of: &row, on: tables)
        return .done(row)
    }
}

/// Keeps a character's player out of the game, or lets it in again.
public struct Ban: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// Whether it is kept out from now on.
    public var isBanned: Bool

    /// A ban, or its end.
    public init(_ character: CharacterID, _ isBanned: Bool = true) {
        self.character = character
        self.isBanned = isBanned
    }

    /// The row afterwards.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        guard row.isBanned != isBanned else { return .done(row) }
        row.isBanned = isBanned
        if isBanned {
            try await endSession(of: &row, on: tables)
        } else {
            try await tables.write(row)
        }
        return .done(row)
    }
}

/// Raises the login, which ends the session and its re-entry token.
private func endSession(of row: inout CharacterRecord, on tables: any StoreTables)
    async throws(StoreFault)
{
    row.login = row.login.next(inGeneration: row.epoch.generation)
    try await tables.write(row)
    try await tables.removeToken(row.character)
}
