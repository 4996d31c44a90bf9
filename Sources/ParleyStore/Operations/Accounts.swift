internal import ParleyHandoff
internal import ParleySecurity

/// Makes an account and its character.
struct CreateAccount: StoreOperation, Hashable {
    var name: AccountName
    var password: PasswordRecord?

    var steps: StoreSteps<CharacterID> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        CharacterID
    > {
        if let row = try await tables.account(name) {
            // A record has a random salt, so an equal one is this call, made before.
            return row.password == password ? .done(row.character) : .refused(.nameTaken(name))
        }
        let character = try await tables.takeCharacterNumber()
        let row = AccountRow(name: name, character: character, password: password)
        guard try await tables.insert(row) else { throw .serialisation }
        try await tables.insert(
            CharacterRecord(new: character, generation: try await tables.generation()))
        return .done(character)
    }
}

/// Reads an account; nil if there is none.
struct FindAccount: StoreOperation, Hashable {
    var name: AccountName

    var steps: StoreSteps<AccountRow?> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        AccountRow?
    > {
        .done(try await tables.account(name))
    }
}

/// Replaces the record of a password, if it is the one that the caller has verified.
struct ChangePassword: StoreOperation, Hashable {
    var name: AccountName
    var verified: PasswordRecord
    var password: PasswordRecord

    var steps: StoreSteps<Bool> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<Bool>
    {
        guard let account = try await tables.account(name),
            let row = try await tables.lock(account.character),
            let now = try await tables.account(name)
        else { return .refused(.notAuthenticated) }
        if now.password == password { return .done(true) }
        guard now.password == verified else { return .refused(.notAuthenticated) }
        try await tables.setPassword(password, of: name)
        try await tables.removeToken(row.character)
        return .done(true)
    }
}

/// Begins a session of an account whose password the caller has verified: the login rises, and a token replaces
/// the last one.
struct LogIn: StoreOperation, Hashable {
    var name: AccountName
    var verified: PasswordRecord?
    /// The new token's digest, and its end.
    var digest: [UInt8]
    var expiry: Int64

    var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard let account = try await tables.account(name) else {
            return .refused(.notAuthenticated)
        }
        guard var row = try await tables.lock(account.character) else {
            throw .unreadable("the account \(name) has no character")
        }
        // The password may have changed while it was verified.
        guard let now = try await tables.account(name), now.password == verified else {
            return .refused(.notAuthenticated)
        }
        let stored = try await tables.token(row.character)
        if stored?.digest == digest, stored?.login == row.login { return .done(row) }
        if let refusal = row.refusalOfLogin { return .refused(refusal) }
        try await raiseLogin(of: &row, digest: digest, expiry: expiry, on: tables)
        return .done(row)
    }
}

/// Begins a session of a player who was in the game: a token instead of a password, which a crash of a zone
/// would else make a thousand players' servers verify at once.
struct ReEnter: StoreOperation, Hashable {
    var character: CharacterID
    /// The digest of what the player presents.
    var presented: [UInt8]
    /// Seconds since 1970.
    var date: Int64
    /// The new token's digest, and its end.
    var digest: [UInt8]
    var expiry: Int64

    var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard var row = try await tables.lock(character),
            let token = try await tables.token(character)
        else {
            return .refused(.notAuthenticated)
        }
        if token.digest == digest, token.login == row.login { return .done(row) }
        guard ConstantTime.isEqual(token.digest.span, presented.span), token.expiry > date else {
            return .refused(.notAuthenticated)
        }
        guard token.login == row.login else { return .refused(.replaced(row)) }
        if let refusal = row.refusalOfLogin { return .refused(refusal) }
        try await raiseLogin(of: &row, digest: digest, expiry: expiry, on: tables)
        return .done(row)
    }
}

private func raiseLogin(
    of row: inout CharacterRecord, digest: [UInt8], expiry: Int64, on tables: any StoreTables
) async throws(StoreFault) {
    row.raiseLogin(.allowed)
    try await tables.write(row)
    try await tables.write(
        TokenRow(digest: digest, login: row.login, expiry: expiry), row.character)
}
