public import ParleyHandoff

/// Begins a session of a player who has proved who it is: the login rises, so a repetition ends the session that
/// the first call began.
public struct BeginSession: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID

    /// A login.
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
        if let refusal = row.refusalOfLogin { return .refused(refusal) }
        row.raiseLogin(.allowed)
        try await tables.write(row)
        return .done(row)
    }
}

extension CharacterRecord {
    /// Why no session may begin; nil if one may.
    var refusalOfLogin: StoreRefusal? {
        switch access {
        case .allowed, .kicked: nil
        case .banned: .replaced(self)
        case .quarantined: .quarantined(self)
        }
    }
}

/// Ends a session: the login rises, and the player may log in again.
public struct Kick: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// The login that ends: a higher one is left alone, since it is another session. Nil ends any.
    public var login: LoginNumber?

    /// A kick from its parts.
    public init(_ character: CharacterID, login: LoginNumber? = nil) {
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
        guard row.access == .allowed, login == nil || row.login == login else { return .done(row) }
        try await endSession(of: &row, .kicked, on: tables)
        return .done(row)
    }
}

/// Ends the session of a character's player, and allows no other until an operator pardons it.
public struct Ban: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// The newest login that the caller has seen: where there is another one, the ban is refused as
    /// ``StoreRefusal/replaced(_:)``. Nil bans in any case.
    public var login: LoginNumber?

    /// A ban from its parts.
    public init(_ character: CharacterID, login: LoginNumber? = nil) {
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
        guard row.access != .banned else { return .done(row) }
        guard login == nil || row.login == login else { return .refused(.replaced(row)) }
        try await endSession(of: &row, .banned, on: tables)
        return .done(row)
    }
}

/// Raises the login, which ends the session and its re-entry token.
private func endSession(
    of row: inout CharacterRecord, _ access: CharacterAccess, on tables: any StoreTables
) async throws(StoreFault) {
    row.raiseLogin(access)
    try await tables.write(row)
    try await tables.removeToken(row.character)
}
