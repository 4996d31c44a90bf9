public import ParleyHandoff

/// What a zone gets with a character.
public struct CharacterEntry: Hashable, Sendable {
    /// Who may act for it from now on.
    public var owner: Owner
    /// Its state; nil if it was never in a zone.
    public var state: StoredState?
    /// How often in a row its state did not arrive.
    public var failures: UInt8
}

/// Lets a character that is out enter a zone.
public struct Enter: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// The login that lets it in: it must be the newest.
    public var login: LoginNumber
    /// The zone's life, which must be ready.
    public var place: ZoneProcess
    /// 64 random bits, the same in each repetition.
    public var mark: UInt64

    /// An entry from its parts.
    public init(
        _ character: CharacterID, login: LoginNumber, into place: ZoneProcess,
        mark: UInt64
    ) {
        self.character = character
        self.login = login
        self.place = place
        self.mark = mark
    }

    /// What the zone gets.
    public var steps: StoreSteps<CharacterEntry> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        CharacterEntry
    > {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        if row.place != nil {
            guard row.place == place, row.mark == mark, row.login == login else {
                return .refused(.alreadyInside(row))
            }
            return .done(try await entry(of: row, on: tables))
        }
        guard row.access != .quarantined else { return .refused(.quarantined(row)) }
        guard row.login == login, row.access == .allowed else { return .refused(.replaced(row)) }
        if let refusal = try await unready(place, on: tables) { return .refused(refusal) }
        row.move(to: place, mark: mark)
        try await tables.write(row)
        return .done(try await entry(of: row, on: tables))
    }
}

/// Gives a character of a dead zone to another zone, or puts it out. Its state is its newest one.
public struct Recover: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// The owner that is dead.
    public var dead: Owner
    /// The zone's life that gets it; nil puts it out. It goes out, too, if the zone is not ready, or if an
    /// operator has ended its session.
    public var place: ZoneProcess?
    /// 64 random bits, the same in each repetition.
    public var mark: UInt64

    /// A recovery from its parts.
    public init(
        _ character: CharacterID, of dead: Owner, to place: ZoneProcess?, mark: UInt64
    ) {
        self.character = character
        self.dead = dead
        self.place = place
        self.mark = mark
    }

    /// What the zone gets; nil if the character is out.
    public var steps: StoreSteps<CharacterEntry?> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        CharacterEntry?
    > {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        if row.wasMoved(after: dead.epoch, mark: mark) {
            return .done(row.place == nil ? nil : try await entry(of: row, on: tables))
        }
        guard row.owner == dead else { return .refused(.notOwner(row)) }
        if let zone = try await tables.zone(dead.zone), zone.isAlive,
            zone.life.incarnation == dead.incarnation
        {
            return .refused(.ownerAlive(row))
        }
        var refuge = row.access == .allowed ? place : nil
        if let place = refuge, try await !tables.isReady(place) { refuge = nil }
        let wasTaken = row.isTaken
        row.move(to: refuge, mark: mark)
        if !wasTaken { try await countFailure(of: &row, on: tables) }
        try await tables.write(row)
        return .done(row.place == nil ? nil : try await entry(of: row, on: tables))
    }
}

/// The entry of a character that is in a zone.
private func entry(of row: CharacterRecord, on tables: any StoreTables) async throws(StoreFault)
    -> CharacterEntry
{
    guard let owner = row.owner else { throw .unreadable("\(row.character) is in no zone") }
    return CharacterEntry(
        owner: owner, state: try await tables.states(row.character).newest, failures: row.failures)
}

/// Why a zone takes nobody; nil if it does. A hint: the zone may end before the transaction does, and the sweep
/// finds whom it leaves behind.
func unready(_ place: ZoneProcess, on tables: any StoreTables) async throws(StoreFault)
    -> StoreRefusal?
{
    if try await tables.isReady(place) { return nil }
    return .zoneNotReady(place.zone, try await tables.zone(place.zone))
}
