internal import ParleyHandoff

/// The tables of a store in an SQL database.
final class SQLTables {
    let session: any SQLSession

    init(_ session: any SQLSession) {
        self.session = session
    }

    func run(_ statement: Statement, _ values: SQLValue...) async throws(StoreFault) -> [SQLRow] {
        try await session.run(statement, values)
    }

    /// Makes the realm's row, and the tables those of this program, if it may.
    func prepare() async throws(StoreFault) {
        try await prepare(.current, dialect: .sqlite)
    }
}

extension SQLTables: StoreTables {
    func generation() async throws(StoreFault) -> UInt32 {
        guard var row = try await run(.readGeneration).first else {
            throw .unreadable("the realm has no row")
        }
        return try row.number()
    }

    func lockGeneration() async throws(StoreFault) -> UInt32 {
        guard var row = try await run(.lockRealm).first else {
            throw .unreadable("the realm has no row")
        }
        return try row.number()
    }

    func begin(generation: UInt32) async throws(StoreFault) {
        _ = try await run(.writeGeneration, SQLValue(generation))
        _ = try await run(
            .releaseOwners, SQLValue(generation),
            SQLValue(LoginNumber.last(beforeGeneration: generation).rawValue))
        _ = try await run(.endZones)
        _ = try await run(.endBeats)
    }

    func takeCharacterNumber() async throws(StoreFault) -> CharacterID {
        guard var row = try await run(.takeCharacterNumber).first else {
            throw .unreadable("the realm has no row")
        }
        return CharacterID(rawValue: try row.bits())
    }

    // MARK: Characters

    func lock(_ character: CharacterID) async throws(StoreFault) -> CharacterRecord? {
        try await run(.lockOwner, SQLValue(character.rawValue)).first.map(
            CharacterRecord.init(row:))
    }

    func lock(_ characters: [CharacterID]) async throws(StoreFault)
        -> [Result<CharacterRecord?, StoreFault>]
    {
        try await rows(of: .lockOwner, characters).map { rows in
            Result { () throws(StoreFault) in try rows.first.map(CharacterRecord.init(row:)) }
        }
    }

    private func rows(of statement: Statement, _ characters: [CharacterID])
        async throws(StoreFault) -> [[SQLRow]]
    {
        try await session.run(statement, each: characters.map { [SQLValue($0.rawValue)] })
    }

    func take(_ claims: [(character: CharacterID, owner: Owner)]) async throws(StoreFault)
        -> [Bool]
    {
        let values: [[SQLValue]] = claims.map { character, owner in
            [
                SQLValue(character.rawValue), .text(owner.zone.text),
                SQLValue(owner.incarnation.rawValue), SQLValue(owner.epoch.generation),
                SQLValue(owner.epoch.number),
            ]
        }
        return try await session.run(.takeOwner, each: values).map { !$0.isEmpty }
    }

    func character(_ character: CharacterID) async throws(StoreFault) -> CharacterRecord? {
        try await run(.readOwner, SQLValue(character.rawValue)).first.map(
            CharacterRecord.init(row:))
    }

    func insert(_ record: CharacterRecord) async throws(StoreFault) {
        _ = try await session.run(.insertOwner, record.values)
    }

    func write(_ record: CharacterRecord) async throws(StoreFault) {
        _ = try await session.run(.writeOwner, record.values)
    }

    func hasCharacters(at place: ZoneProcess) async throws(StoreFault) -> Bool {
        try await !run(
            .anyOwner, .text(place.zone.text), SQLValue(place.incarnation.rawValue)
        ).isEmpty
    }

    func ended(at place: ZoneProcess, limit: Int) async throws(StoreFault)
        -> [CharacterRecord]
    {
        let rows = try await run(
            .endedOwners, .text(place.zone.text), SQLValue(place.incarnation.rawValue),
            SQLValue(limit))
        return try rows.map(CharacterRecord.init(row:))
    }

    func orphans(limit: Int) async throws(StoreFault) -> [CharacterRecord] {
        try await run(.orphanedOwners, SQLValue(limit)).map(CharacterRecord.init(row:))
    }

    func untaken(limit: Int) async throws(StoreFault) -> [CharacterRecord] {
        try await run(.untakenOwners, SQLValue(limit)).map(CharacterRecord.init(row:))
    }

    // MARK: States

    func states(_ character: CharacterID) async throws(StoreFault) -> [StateSlot: StateRow] {
        var states: [StateSlot: StateRow] = [:]
        for var row in try await run(.readStates, SQLValue(character.rawValue)) {
            guard let slot = StateSlot(rawValue: try row.number()) else {
                throw .unreadable("a state's slot")
            }
            let (number, moment) = (try row.bits(), try row.bits())
            let version: UInt16 = try row.number()
            let (requests, seen) = (try row.bits(), try row.bits())
            states[slot] = StateRow(
                number: number, moment: moment,
                state: StoredState(
                    version: version, bytes: try row.bytes(), requests: requests, outboxSeen: seen))
        }
        return states
    }

    func write(_ row: StateRow, _ slot: StateSlot, _ character: CharacterID)
        async throws(StoreFault)
    {
        _ = try await run(
            slot == .seal ? .writeSeal : .writeCheckpoint, SQLValue(character.rawValue),
            SQLValue(row.number), SQLValue(row.moment), SQLValue(row.state.version),
            SQLValue(row.state.requests),
            SQLValue(row.state.outboxSeen), .bytes(row.state.bytes))
    }

    func moment(_ character: CharacterID) async throws(StoreFault) -> UInt64? {
        guard var row = try await run(.readMoment, SQLValue(character.rawValue)).first else {
            return nil
        }
        return try row.bits()
    }

    func moments(_ characters: [CharacterID]) async throws(StoreFault)
        -> [Result<UInt64?, StoreFault>]
    {
        try await rows(of: .readMoment, characters).map { rows in
            Result { () throws(StoreFault) in
                guard var row = rows.first else { return nil }
                return try row.bits()
            }
        }
    }

    func removeSeal(_ character: CharacterID) async throws(StoreFault) {
        _ = try await run(.removeSeal, SQLValue(character.rawValue))
    }

    // MARK: Accounts

    func account(_ name: AccountName) async throws(StoreFault) -> AccountRow? {
        guard var row = try await run(.readAccount, .text(name.text)).first else { return nil }
        let character = CharacterID(rawValue: try row.bits())
        switch try row.value() {
        case .null: return AccountRow(name: name, character: character, password: nil)
        case .bytes(let bytes):
            guard let password = PasswordRecord(bytes) else {
                throw .unreadable("the password of \(name) has another format")
            }
            return AccountRow(name: name, character: character, password: password)
        case .integer, .text: throw .unreadable("the password of \(name) is not bytes")
        }
    }

    func accountName(of character: CharacterID) async throws(StoreFault) -> AccountName? {
        guard var row = try await run(.readAccountName, SQLValue(character.rawValue)).first else {
            return nil
        }
        return AccountName(try row.text())
    }

    func insert(_ account: AccountRow) async throws(StoreFault) -> Bool {
        let rows = try await run(
            .insertAccount, .text(account.name.text), SQLValue(account.character.rawValue),
            account.password.map { .bytes($0.bytes) } ?? .null)
        return !rows.isEmpty
    }

    func setPassword(_ password: PasswordRecord, of name: AccountName) async throws(StoreFault) {
        _ = try await run(.setPassword, .text(name.text), .bytes(password.bytes))
    }

    func token(_ character: CharacterID) async throws(StoreFault) -> TokenRow? {
        guard var row = try await run(.readToken, SQLValue(character.rawValue)).first else {
            return nil
        }
        return TokenRow(
            digest: try row.bytes(), login: LoginNumber(rawValue: try row.bits()),
            expiry: try row.integer())
    }

    func write(_ token: TokenRow, _ character: CharacterID) async throws(StoreFault) {
        _ = try await run(
            .writeToken, SQLValue(character.rawValue), .bytes(token.digest),
            SQLValue(token.login.rawValue), .integer(token.expiry))
    }

    func removeToken(_ character: CharacterID) async throws(StoreFault) {
        _ = try await run(.removeToken, SQLValue(character.rawValue))
    }
}
