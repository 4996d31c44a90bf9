package import ParleyHandoff

/// The answer to an operation about a character: whether it was done, and the row as it is afterwards.
package struct CharacterReport: Hashable, Sendable {
    /// Whether it was done, now or when the same call was made before.
    package var isDone: Bool
    /// The row; nil if there is no such character.
    package var row: CharacterRecord?
    /// Whether the process that holds the character is alive.
    package var isPlaceAlive: Bool
    /// The newest state, if it was asked for.
    package var state: StoredState?
}

/// Performs an operation about a character, and reads the character's row in the same transaction, whether the
/// operation is done or refused.
package struct Quote<Operation: StoreOperation>: StoreOperation {
    /// The operation.
    package var operation: Operation
    /// The character.
    package var character: CharacterID
    /// Whether the newest state is read if the operation is done.
    package var readsState: Bool

    package init(_ operation: Operation, of character: CharacterID, readsState: Bool = false) {
        self.operation = operation
        self.character = character
        self.readsState = readsState
    }

    /// The answer. It is `.done` where the operation is refused, too.
    package var steps: StoreSteps<CharacterReport> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterReport>
    {
        // What is not known is only the outcome of a transaction as a whole.
        let isDone = try await operation.steps.perform(tables).value != nil
        var report = CharacterReport(isDone: isDone, row: nil, isPlaceAlive: false, state: nil)
        guard let row = try await tables.character(character) else { return .done(report) }
        report.row = row
        if let place = row.place, let zone = try await tables.zone(place.zone) {
            report.isPlaceAlive = zone.isAlive && zone.life == place
        }
        if isDone, readsState { report.state = try await tables.states(character).newest }
        return .done(report)
    }
}

/// What a world server reads once a second, at one moment.
package struct RealmSurvey: Hashable, Sendable {
    /// The zones, by name.
    package var zones: [ZoneRecord]
    /// The characters that no zone has taken yet, or whose zone is gone, by number.
    package var characters: [CharacterReport]
}

/// Reads the zones, and the characters that need something: those of dead zones, and those that their zone has
/// not taken, with their state.
package struct Survey: StoreOperation, Hashable {
    /// The most characters of either kind. The next survey has the rest.
    package var limit: Int
    /// How many bytes of states are read, and one state more. The next survey has the rest.
    package var byteLimit: Int

    package init(limit: Int = 1_000, byteLimit: Int = 16 << 20) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// What was read.
    package var steps: StoreSteps<RealmSurvey> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<RealmSurvey>
    {
        let zones = try await tables.zones()
        let alive = Set(zones.filter(\.isAlive).map(\.life))
        // A dead zone's characters are recovered by their row alone.
        var characters = try await tables.orphans(limit: limit).map {
            CharacterReport(isDone: true, row: $0, isPlaceAlive: false, state: nil)
        }
        var byteCount = 0
        for row in try await tables.untaken(limit: limit) where byteCount < byteLimit {
            guard let place = row.place, alive.contains(place) else { continue }
            let state = try await tables.states(row.character).newest
            byteCount += state?.bytes.count ?? 0
            characters.append(
                CharacterReport(isDone: true, row: row, isPlaceAlive: true, state: state))
        }
        characters.sort { ($0.row?.character.rawValue ?? 0) < ($1.row?.character.rawValue ?? 0) }
        return .done(RealmSurvey(zones: zones, characters: characters))
    }
}
