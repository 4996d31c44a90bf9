/// The rules by which the store decides, as a value: the specification of every engine.
///
/// The table knows no time. That a zone is dead is told by a world server that has watched its heartbeat
/// stand still (``LeaseWatch``), and decided here by a compare-and-set on that heartbeat.
///
/// | request | done if | then |
/// |---|---|---|
/// | register | no process of the name is alive | the next incarnation, ready |
/// | beat, drain | the process is the zone's, and not gone | the heartbeat's number rises; draining |
/// | retire | the heartbeat is the one that was seen | gone |
/// | enter | out, the login is the newest, the character may play, the zone is ready | In(zone, n+1) |
/// | commit | the owner, its login is the newest and may play, the target is ready | In(target, n+1), seal |
/// | stay | the owner | In(the same, n+1) |
/// | leave | the owner | Out(n+1), state |
/// | fail | the owner | Out(n+1); at the third failure in a row quarantined, with the state before |
/// | recover | that owner's process is gone | In(zone, n+1) or Out(n+1); a failure if nobody had taken it |
/// | fence | the owner | – |
/// | checkpoint | the owner | state, if its tick is not older; taken |
/// | perform | the owner, and the operation is named after it | the operation, once |
/// | login | not banned or quarantined | the login rises, allowed |
/// | kick, ban | always | the login rises; kicked or banned |
/// | raise the generation | always | all processes are gone, all characters are out, all sessions are over |
///
/// "The owner" is zone, incarnation and epoch. A commit, stay, leave, fail, enter or
/// recover whose mark is that of the row, at the epoch it asked for, was done before, and is answered so.
package struct OwnershipTable: Hashable, Sendable {
    /// The realm's generation.
    package var generation: UInt32 = 1
    /// The zones, by name.
    package var zones: [ZoneRow] = []
    /// The characters, by number.
    package var characters: [CharacterRow] = []
    /// The durable effects that were applied.
    package var operations: Set<OperationID> = []

    /// How many failed arrivals in a row put a character into quarantine.
    package static let failureLimit: UInt8 = 3

    package init() {}

    /// Adds a character who is out.
    package mutating func add(_ character: CharacterID, state: SealedPlayer? = nil) {
        let row = CharacterRow(
            character: character, place: nil, epoch: Epoch(generation: generation, number: 0),
            login: LoginNumber(rawValue: 0), access: .allowed, mark: 0, isTaken: true, failures: 0,
            stored: state, played: state)
        let index = characters.firstIndex { $0.character >= character } ?? characters.count
        characters.insert(row, at: index)
    }

    /// Decides one request, as one transaction.
    package mutating func apply(_ request: OwnershipRequest) -> OwnershipAnswer {
        switch request {
        case .register, .beat, .drain, .retire:
            .zone(applyToZone(request))
        case .survey: .survey(survey())
        case .raiseGeneration: .generation(raiseGeneration())
        default: .character(applyToCharacter(request))
        }
    }

    /// The zone's row of that name.
    package func zone(_ name: ZoneName) -> ZoneRow? {
        for index in zones.indices where zones[index].zone == name { return zones[index] }
        return nil
    }

    /// The character's row.
    package func character(_ character: CharacterID) -> CharacterRow? {
        index(of: character).map { characters[$0] }
    }

    /// The character's row as an answer quotes it.
    package func standing(_ row: CharacterRow) -> Standing {
        Standing(
            place: row.place, isPlaceAlive: row.place.map(isAlive) ?? false, epoch: row.epoch,
            login: row.login, access: row.access, mark: row.mark, isTaken: row.isTaken)
    }

    /// Whether a process is its zone's newest, and not gone.
    package func isAlive(_ process: ZoneProcess) -> Bool {
        guard let row = zone(process.zone) else { return false }
        return row.incarnation == process.incarnation && row.state != .gone
    }

    /// Whether a process may be given players.
    func isReady(_ process: ZoneProcess) -> Bool {
        guard let row = zone(process.zone) else { return false }
        return row.incarnation == process.incarnation && row.state == .ready
    }

    /// The rows are walked by index: a row is large, and a closure would be handed copies.
    package func index(of character: CharacterID) -> Int? {
        for index in characters.indices where characters[index].character == character {
            return index
        }
        return nil
    }

    private func survey() -> OwnershipSurvey {
        OwnershipSurvey(
            zones: zones.map { .init($0.process, $0.state, beat: $0.beat) },
            characters: characters.compactMap { row in
                guard let place = row.place, !row.isTaken || !isAlive(place) else { return nil }
                return .init(row.character, standing(row), isAlive(place) ? row.stored : nil)
            })
    }

    /// Everyone from before is a stranger: no process is alive, nobody is in, all sessions are over.
    private mutating func raiseGeneration() -> UInt32 {
        generation += 1
        for index in zones.indices { zones[index].state = .gone }
        for index in characters.indices {
            characters[index].place = nil
            characters[index].isTaken = true
            characters[index].epoch.generation = generation
            let access = characters[index].access
            raiseLogin(index, access == .allowed ? .kicked : access)
        }
        return generation
    }
}
