extension OwnershipTable {
    mutating func applyToCharacter(_ request: OwnershipRequest) -> CharacterAnswer {
        guard let key = request.characterKey else { preconditionFailure("not about a character") }
        guard let index = index(of: key.character) else {
            return CharacterAnswer(key.kind, key.character, mark: key.mark, isDone: false, now: nil)
        }
        let isDone = decide(request, index)
        let row = characters[index]
        let isPutIn = isDone && (key.kind == .enter || key.kind == .recover)
        return CharacterAnswer(
            key.kind, key.character, mark: key.mark, isDone: isDone, now: standing(row),
            stored: isPutIn ? row.stored : nil)
    }

    private mutating func decide(_ request: OwnershipRequest, _ index: Int) -> Bool {
        switch request {
        case .enter(_, let login, let zone, let mark):
            return enter(index, login, zone, mark)
        case .commit(let attempt, let owner, let target, let seal):
            return commit(index, attempt, owner, target, seal)
        case .stay(_, let owner, let mark):
            guard isOwner(owner, index) else {
                return characters[index].owner == owner.next && characters[index].mark == mark
            }
            let (isTaken, failures) = (characters[index].isTaken, characters[index].failures)
            grant(index, owner.process, mark)
            (characters[index].isTaken, characters[index].failures) = (isTaken, failures)
            return true
        case .leave(_, let owner, let mark, let seal):
            guard isOwner(owner, index) else { return wasPutOut(index, owner, mark) }
            grant(index, nil, mark)
            store(seal, index)
            return true
        case .fail(_, let owner, let mark):
            guard isOwner(owner, index) else { return wasPutOut(index, owner, mark) }
            grant(index, nil, mark)
            countFailure(index)
            return true
        case .recover(_, let owner, let target, let mark):
            return recover(index, owner, target, mark)
        case .fence(_, let owner): return isOwner(owner, index)
        case .checkpoint(_, let owner, let state):
            guard isOwner(owner, index) else { return false }
            let isOlder =
                characters[index].isTaken && state.tick < (characters[index].stored?.tick ?? 0)
            if !isOlder { store(state, index) }
            return true
        case .perform(let operation, let character, let owner):
            guard operation.isNamed(after: character, owner) else { return false }
            guard isOwner(owner, index) else { return operations.contains(operation) }
            operations.insert(operation)
            return true
        default: return decideAccess(request, index)
        }
    }

    /// What players and operators do to a session.
    private mutating func decideAccess(_ request: OwnershipRequest, _ index: Int) -> Bool {
        switch request {
        case .login:
            guard [.allowed, .kicked].contains(characters[index].access) else { return false }
            raiseLogin(index, .allowed)
        case .kick:
            if characters[index].access == .allowed { raiseLogin(index, .kicked) }
        case .ban:
            if characters[index].access != .banned { raiseLogin(index, .banned) }
        case .pardon:
            if characters[index].access != .allowed { characters[index].access = .kicked }
            characters[index].failures = 0
        default: break
        }
        return true
    }

    private func isOwner(_ owner: Owner, _ index: Int) -> Bool {
        characters[index].owner == owner
    }

    private func wasPutOut(_ index: Int, _ owner: Owner, _ mark: UInt64) -> Bool {
        let row = characters[index]
        return row.place == nil && row.epoch == owner.epoch.next && row.mark == mark
    }

    private mutating func enter(
        _ index: Int, _ login: LoginNumber, _ zone: ZoneProcess, _ mark: UInt64
    ) -> Bool {
        let row = characters[index]
        if row.place == zone, row.mark == mark, row.login == login { return true }
        guard row.place == nil, row.login == login, row.access == .allowed, isReady(zone) else {
            return false
        }
        grant(index, zone, mark)
        return true
    }

    private mutating func commit(
        _ index: Int, _ attempt: HandoffID, _ owner: Owner, _ target: ZoneProcess,
        _ seal: SealedPlayer
    ) -> Bool {
        let row = characters[index]
        guard attempt.epoch == owner.epoch.next else { return false }
        guard isOwner(owner, index) else {
            return row.owner == Owner(target, attempt.epoch) && row.mark == attempt.mark
        }
        guard row.login == seal.login, row.access == .allowed, isReady(target) else {
            return false
        }
        let played = characters[index].isTaken ? characters[index].stored : characters[index].played
        grant(index, target, attempt.mark)
        characters[index].stored = seal
        characters[index].played = played
        return true
    }

    private mutating func recover(
        _ index: Int, _ owner: Owner, _ target: ZoneProcess?, _ mark: UInt64
    ) -> Bool {
        let row = characters[index]
        guard row.owner == owner, !isAlive(owner.process) else {
            return row.epoch == owner.epoch.next && row.mark == mark
        }
        let wasTaken = row.isTaken
        let target = row.access == .allowed ? target.flatMap { isReady($0) ? $0 : nil } : nil
        grant(index, target, mark)
        if !wasTaken { countFailure(index) }
        return true
    }

    /// The next epoch, at that place.
    private mutating func grant(_ index: Int, _ place: ZoneProcess?, _ mark: UInt64) {
        let number = characters[index].epoch.number + 1
        characters[index].epoch = Epoch(generation: generation, number: number)
        characters[index].place = place
        characters[index].mark = mark
        characters[index].isTaken = place == nil
    }

    /// A state that a zone has played.
    private mutating func store(_ state: SealedPlayer, _ index: Int) {
        characters[index].stored = state
        characters[index].played = state
        characters[index].isTaken = true
        characters[index].failures = 0
    }

    private mutating func countFailure(_ index: Int) {
        characters[index].failures += 1
        guard characters[index].failures >= Self.failureLimit else { return }
        characters[index].place = nil
        characters[index].isTaken = true
        characters[index].stored = characters[index].played
        // A ban stays a ban.
        raiseLogin(index, characters[index].access == .banned ? .banned : .quarantined)
    }

    mutating func raiseLogin(_ index: Int, _ access: CharacterAccess) {
        characters[index].login = characters[index].login.next(inGeneration: generation)
        characters[index].access = access
    }
}
