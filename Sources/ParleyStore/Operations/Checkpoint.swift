public import ParleyHandoff

/// Writes a zone's own state and those of its characters at one moment, in one transaction: a crash never mixes
/// two moments.
public struct Checkpoint: StoreOperation, Hashable {
    /// The zone's life.
    public var life: ZoneProcess
    /// Counts the zone's checkpoints: its tick. A late checkpoint never replaces a newer one.
    public var moment: UInt64
    /// The zone's own state.
    public var zone: StoredState
    /// The characters, each with its epoch, at most ``mostCharacters``.
    public var characters: [Character]

    /// One character of a checkpoint.
    public struct Character: Hashable, Sendable {
        /// The character.
        public var character: CharacterID
        /// The epoch at which the zone has it.
        public var epoch: Epoch
        /// Its state.
        public var state: StoredState

        /// A character's part from its parts.
        public init(_ character: CharacterID, _ epoch: Epoch, _ state: StoredState) {
            self.character = character
            self.epoch = epoch
            self.state = state
        }
    }

    /// The most characters of one checkpoint.
    public static let mostCharacters = 10_000

    /// A checkpoint from its parts.
    public init(_ life: ZoneProcess, moment: UInt64, zone: StoredState, characters: [Character]) {
        self.life = life
        self.moment = moment
        self.zone = zone
        self.characters = characters
    }

    /// The characters that were not written, because the zone does not own them at that epoch.
    public var steps: StoreSteps<[CharacterID]> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<[CharacterID]>
    {
        if let malformation { return .refused(.malformed(malformation)) }
        // Rows are locked in the order of all operations: characters first, then the zone.
        let ordered = characters.sorted { $0.character < $1.character }
        if let stored = try await tables.state(life.zone), stored.life == life,
            stored.moment > moment
        {
            return .refused(.outdated(moment: stored.moment))
        }
        guard let now = try await tables.zone(life.zone), now.isAlive, now.life == life else {
            return .refused(.zoneNotReady(life.zone, try await tables.zone(life.zone)))
        }
        // All fences before the first write: a database far away is asked once for all of them.
        let taken = try await tables.take(
            ordered.map { part in
                let owner = Owner(zone: life.zone, incarnation: life.incarnation, epoch: part.epoch)
                return (part.character, owner)
            })
        var fenced: [CharacterID] = []
        for (part, isTaken) in zip(ordered, taken) {
            guard isTaken else {
                fenced.append(part.character)
                continue
            }
            try await tables.write(
                StateRow(number: part.epoch.number, moment: moment, state: part.state), .checkpoint,
                part.character)
        }
        guard try await tables.fence(life) else { throw .serialisation }
        try await tables.write(zone, moment: moment, life)
        return .done(fenced)
    }

    private var malformation: String? {
        if characters.count > Self.mostCharacters { return "too many characters" }
        if zone.bytes.count > StoredState.mostBytes { return "the zone's state is too long" }
        if characters.contains(where: { $0.state.bytes.count > StoredState.mostBytes }) {
            return "a character's state is too long"
        }
        if Set(characters.map(\.character)).count < characters.count {
            return "a character comes twice"
        }
        return nil
    }
}

/// Writes the state of one character.
public struct CheckpointCharacter: StoreOperation, Hashable {
    /// The character.
    public var character: CharacterID
    /// Its owner.
    public var owner: Owner
    /// The zone's tick. Once the owner has taken the character, an older state changes nothing.
    public var moment: UInt64
    /// Its state.
    public var state: StoredState

    /// A checkpoint from its parts.
    public init(_ character: CharacterID, _ owner: Owner, moment: UInt64, state: StoredState) {
        self.character = character
        self.owner = owner
        self.moment = moment
        self.state = state
    }

    /// The row afterwards.
    public var steps: StoreSteps<CharacterRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterRecord>
    {
        guard state.bytes.count <= StoredState.mostBytes else {
            return .refused(.malformed("the state is too long"))
        }
        guard var row = try await tables.lock(character) else {
            return .refused(.noSuchCharacter(character))
        }
        guard row.owner == owner else { return .refused(.notOwner(row)) }
        try await write(&row, last: try await tables.moment(character), to: tables)
        return .done(row)
    }

    /// Writes the state, unless there is a newer one.
    ///
    /// - Parameters:
    ///   - row: The character's, which is locked and the owner's.
    ///   - last: The moment of the newest checkpoint.
    func write(_ row: inout CharacterRecord, last: UInt64?, to tables: any StoreTables)
        async throws(StoreFault)
    {
        if row.isTaken, let last, moment < last { return }
        row.taken = row.epoch.number
        row.failures = 0
        try await tables.write(row)
        try await tables.write(
            StateRow(number: row.epoch.number, moment: moment, state: state), .checkpoint, character
        )
    }
}

/// Reads the last state that a zone wrote, in any of its lives.
public struct ReadZone: StoreOperation, Hashable {
    /// The zone's name.
    public var zone: ZoneName

    /// The question.
    public init(_ zone: ZoneName) {
        self.zone = zone
    }

    /// The state; nil if the zone never wrote one.
    public var steps: StoreSteps<StoredState?> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        StoredState?
    > {
        .done(try await tables.state(zone)?.state)
    }
}
