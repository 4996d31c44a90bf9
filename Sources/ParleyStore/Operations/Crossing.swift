public import ParleyHandoff

/// Hands a character over: the new owner, the new epoch and the sealed state are one write.
public struct CommitHandoff: StoreOperation, Hashable {
    /// The attempt: the character, the epoch that it makes, and its mark.
    public var handoff: HandoffID
    /// The owner that gives the character away.
    public var from: Owner
    /// The life of the zone that gets it, which must be ready.
    public var place: ZoneProcess
    /// The login that crosses: it must be the newest.
    public var login: LoginNumber
    /// The sealed state.
    public var seal: StoredState

    /// A commit from its parts.
    public init(
        _ handoff: HandoffID, from: Owner, to place: ZoneProcess, login: LoginNumber,
        seal: StoredState
    ) {
        self.handoff = handoff
        self.from = from
        self.place = place
        self.login = login
        self.seal = seal
    }

    /// The new owner.
    public var steps: StoreSteps<Owner> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<Owner>
    {
        guard seal.bytes.count <= StoredState.mostBytes else {
            return .refused(.malformed("the seal is too long"))
        }
        guard var row = try await tables.lock(handoff.character) else {
            return .refused(.noSuchCharacter(handoff.character))
        }
        let next = Owner(place, from.epoch.next)
        guard handoff.epoch == next.epoch else {
            return .refused(.malformed("the handoff is of another epoch"))
        }
        if row.owner == next, row.mark == handoff.mark { return .done(next) }
        guard row.owner == from else { return .refused(.notOwner(row)) }
        guard row.login == login, row.access == .allowed else { return .refused(.replaced(row)) }
        if let refusal = try await unready(place, on: tables) { return .refused(refusal) }
        row.move(to: place, mark: handoff.mark)
        try await tables.write(row)
        try await tables.write(
            StateRow(number: row.epoch.number, moment: 0, state: seal), .seal, row.character)
        return .done(next)
    }
}

/// Un-seals a character whose handoff has no answer: its owner keeps it, at the next epoch, so that the lost
/// commit can never take place.
public struct Stay: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// Its owner.
    public var owner: Owner
    /// 64 random bits, the same in each repetition and other ones than the handoff's.
    public var mark: UInt64

    /// A fence from its parts.
    public init(_ character: CharacterID, _ owner: Owner, mark: UInt64) {
        self.character = character
        self.owner = owner
        self.mark = mark
    }

    /// The owner at its new epoch.
    public var steps: StoreSteps<Owner> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<Owner>
    {
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        let next = owner.next
        if row.owner == next, row.mark == mark { return .done(next) }
        guard row.owner == owner else { return .refused(.notOwner(row)) }
        let isTaken = row.isTaken
        row.move(to: owner.process, mark: mark)
        // It is the same body: whether the zone has taken it does not change.
        if isTaken { row.taken = row.epoch.number }
        try await tables.write(row)
        return .done(next)
    }
}

/// Whether an owner is the owner, answered by a write: what it says holds through a failover.
public struct Fence: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// The owner that asks.
    public var owner: Owner

    /// A fence from its parts.
    public init(_ character: CharacterID, _ owner: Owner) {
        self.character = character
        self.owner = owner
    }

    /// The row.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard let row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        return row.owner == owner ? .done(row) : .refused(.notOwner(row))
    }
}
