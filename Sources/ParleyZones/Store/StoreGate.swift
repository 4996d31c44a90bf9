package import ParleyHandoff
package import ParleyStore

/// Asks the store what zones and world servers ask.
///
/// The store answers as `OwnershipTable` specifies. Each request is one transaction, but `raiseGeneration`.
package struct StoreGate: Sendable {
    let store: any Store

    /// A gate to a store.
    package init(store: any Store) {
        self.store = store
    }

    /// Asks the store.
    ///
    /// - Returns: Nil if the outcome is unknown, or if the store refused for a reason of its own: it is overloaded,
    ///   full or closed. The caller asks again by the same request.
    package func answer(_ request: OwnershipRequest) async -> OwnershipAnswer? {
        switch request {
        case .register(let zone, let mark): await register(zone, mark: mark).map { .zone($0) }
        case .beat(let process, let number):
            await beat(process, number: number).map { .zone($0) }
        case .drain(let process): await drain(process).map { .zone($0) }
        case .retire(let process, let beat): await retire(process, beat: beat).map { .zone($0) }
        case .survey: await survey().map { .survey($0) }
        case .raiseGeneration: await raiseGeneration().map { .generation($0) }
        default: await answerAboutCharacter(request).map { .character($0) }
        }
    }

    // MARK: Zones

    /// The process takes players at once: it registers when it has loaded its world. Where players connect is
    /// the servers' own business, and stands in no row.
    private func register(_ zone: ZoneName, mark: UInt64) async -> ZoneAnswer? {
        let operation = RegisterZone(
            zone: zone, address: "", capacity: 0, isReady: true, mark: mark)
        return switch await store.perform(operation) {
        case .done(let process): ZoneAnswer(.register, process, mark: mark, isDone: true)
        case .refused(.zoneHeld(let now)):
            ZoneAnswer(.register, now.life, mark: mark, isDone: false)
        case .refused, .unknown: nil
        }
    }

    private func beat(_ process: ZoneProcess, number: UInt64) async -> ZoneAnswer? {
        switch await store.perform(Beat(process, number: number, load: 0)) {
        case .done(let answer):
            let ended = answer.ended.map { EndedSession($0.character, $0.login) }
            return ZoneAnswer(.beat, process, mark: number, isDone: true, ended: ended)
        case .refused(.zoneNotReady):
            return ZoneAnswer(.beat, process, mark: number, isDone: false)
        case .refused, .unknown: return nil
        }
    }

    private func drain(_ process: ZoneProcess) async -> ZoneAnswer? {
        switch await store.perform(SetZonePhase(process, to: .draining)) {
        case .done: ZoneAnswer(.drain, process, isDone: true)
        case .refused(.zoneNotReady): ZoneAnswer(.drain, process, isDone: false)
        case .refused, .unknown: nil
        }
    }

    private func retire(_ process: ZoneProcess, beat: UInt64?) async -> ZoneAnswer? {
        let claim = beat.map { ZoneClaim.expired(process, beat: $0) } ?? .died(process)
        return switch await store.perform(EndZone(process, because: claim)) {
        // A process that never registered is not alive either.
        case .done, .refused(.zoneNotReady): ZoneAnswer(.retire, process, isDone: true)
        case .refused(.zoneHeld): ZoneAnswer(.retire, process, isDone: false)
        case .refused, .unknown: nil
        }
    }

    // MARK: The realm

    private func survey() async -> OwnershipSurvey? {
        guard let survey = await store.perform(Survey()).value else { return nil }
        var characters: [OwnershipSurvey.Character] = []
        for report in survey.characters {
            guard let row = report.row else { continue }
            do {
                let stored = try report.state.map { try SealedPlayer($0) }
                characters.append(.init(row.character, Standing(row, report), stored))
            } catch {
                // The row is one of the next survey if this fails.
                _ = await store.perform(Quarantine(row.character, at: row.epoch))
            }
        }
        return OwnershipSurvey(
            zones: survey.zones.map { .init($0.life, ZoneState($0.phase), beat: $0.beat) },
            characters: characters)
    }

    private func raiseGeneration() async -> UInt32? {
        guard let now = await store.perform(ReadGeneration()).value else { return nil }
        return await store.perform(BeginGeneration(after: now)).value
    }

    // MARK: Characters

    private func answerAboutCharacter(_ request: OwnershipRequest) async -> CharacterAnswer? {
        guard let key = request.characterKey else { return nil }
        // A state without bytes is refused with the row as it is.
        let operation = operation(for: request)
        let asked: any StoreOperation = operation ?? Locate(key.character)
        let readsState = key.kind == .enter || key.kind == .recover
        guard let report = await report(asked, of: key.character, readsState: readsState)
        else { return nil }
        var answer = CharacterAnswer(
            key.kind, key.character, mark: key.mark, isDone: report.isDone && operation != nil,
            now: report.row.map { Standing($0, report) })
        do {
            answer.stored = try report.state.map { try SealedPlayer($0) }
        } catch {
            return await quarantine(answer)
        }
        return answer
    }

    /// Has the store change who may play.
    ///
    /// - Returns: The answer to a request of that kind; nil as from ``answer(_:)``.
    func answer(
        to operation: some StoreOperation, as kind: CharacterAnswer.Kind, of character: CharacterID
    ) async -> CharacterAnswer? {
        guard let report = await report(operation, of: character, readsState: false) else {
            return nil
        }
        return CharacterAnswer(
            kind, character, mark: 0, isDone: report.isDone,
            now: report.row.map { Standing($0, report) })
    }

    private func report(
        _ operation: some StoreOperation, of character: CharacterID, readsState: Bool
    ) async -> CharacterReport? {
        await store.perform(Quote(operation, of: character, readsState: readsState)).value
    }

    /// A zone that begins with no state would overwrite the one that this program cannot read.
    private func quarantine(_ answer: CharacterAnswer) async -> CharacterAnswer? {
        guard let now = answer.now else { return nil }
        let operation = Quarantine(answer.character, at: now.epoch)
        guard
            let report = await report(operation, of: answer.character, readsState: false),
            let row = report.row
        else { return nil }
        return CharacterAnswer(
            answer.kind, answer.character, mark: answer.mark, isDone: false,
            now: Standing(row, report))
    }

    /// The store's operation; nil if the request cannot be done, because its state has no bytes.
    func operation(for request: OwnershipRequest) -> (any StoreOperation)? {
        switch request {
        case .enter(let character, let login, let zone, let mark):
            return Enter(character, login: login, into: zone, mark: mark)
        case .commit(let attempt, let owner, let target, let seal):
            guard let state = try? seal.stored() else { return nil }
            return CommitHandoff(attempt, from: owner, to: target, login: seal.login, seal: state)
        case .stay(let character, let owner, let mark): return Stay(character, owner, mark: mark)
        case .leave(let character, let owner, let mark, let seal):
            guard let state = try? seal.stored() else { return nil }
            return Leave(character, owner, state: state, mark: mark)
        case .fail(let character, let owner, let mark): return Fail(character, owner, mark: mark)
        case .recover(let character, let owner, let target, let mark):
            return Recover(character, of: owner, to: target, mark: mark)
        case .fence(let character, let owner): return Fence(character, owner)
        case .checkpoint(let character, let owner, let player):
            guard let state = try? player.stored() else { return nil }
            return CheckpointCharacter(character, owner, moment: player.tick, state: state)
        case .perform(let operation, let character, let owner):
            return Deal(operation, parties: [character: owner], effects: [])
        case .login(let character): return BeginSession(character)
        case .kick(let character): return Kick(character)
        case .ban(let character): return Ban(character)
        case .pardon(let character): return Pardon(character)
        case .look(let character): return Locate(character)
        case .register, .beat, .drain, .retire, .survey, .raiseGeneration: return nil
        }
    }
}

extension Standing {
    /// A row as an answer quotes it.
    init(_ row: CharacterRecord, _ report: CharacterReport) {
        self.init(
            place: row.place, isPlaceAlive: report.isPlaceAlive, epoch: row.epoch,
            login: row.login, access: row.access, mark: row.mark, isTaken: row.isTaken)
    }
}

extension ZoneState {
    /// A process that loads its world keeps what it has, and takes nobody.
    fileprivate init(_ phase: ZoneRecord.Phase) {
        self =
            switch phase {
            case .ready: .ready
            case .starting, .draining: .draining
            case .gone: .gone
            }
    }
}
