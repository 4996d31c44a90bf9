import ParleyHandoff

/// Where each mutant does its harm: between the machines and what surrounds them.
extension HandoffWorld {
    /// What a mutated zone does before it takes a message.
    mutating func mutate(_ message: PeerMessage, toZone index: Int, _ at: Duration) {
        guard mutant != nil else { return }
        switch (mutant, message) {
        case (.unsealOnRefusal, .answer(.character(let answer)))
        where answer.kind == .commit && !answer.isDone:
            unseal(answer.character, index, at)
        case (.staleTake, .take(let granted)):
            zones[index].machine.targets[granted.character] = nil
        default: break
        }
    }

    /// Puts a sealed body back without asking.
    mutating func unseal(_ character: CharacterID, _ index: Int, _ at: Duration) {
        guard let player = zones[index].player(character),
            let source = zones[index].machine.sources[character]
        else { return }
        let body: Body?
        switch source.state {
        case .committing(_, let seal), .staying(_, let seal, _): body = Body(seal.state)
        default: return
        }
        zones[index].machine.sources[character] = HandoffSource(
            character, owner: source.owner, timings: timings, at: at)
        zones[index].players[player].body = body
    }

    /// Puts back what waits for the store.
    mutating func unsealSilent(_ index: Int, _ at: Duration) {
        guard mutant == .unsealOnSilence else { return }
        for player in zones[index].players where player.body == nil {
            if case .staying = zones[index].machine.sources[player.character]?.state {
                unseal(player.character, index, at)
            }
        }
    }

    /// Whether a source that does not repeat keeps this call to itself.
    mutating func isSwallowed(_ request: OwnershipRequest) -> Bool {
        guard mutant == .noRepeat, let mark = request.characterKey?.mark, mark != 0 else {
            return false
        }
        if saidMarks.contains(mark) { return true }
        saidMarks.append(mark)
        return false
    }

    /// What a mutated store answers instead.
    mutating func mutate(_ answer: inout OwnershipAnswer, to request: OwnershipRequest) {
        guard mutant != nil else { return }
        switch (mutant, request, answer) {
        case (.attemptWithoutMark, .commit(let attempt, _, _, _), .character(var decision))
        where decision.now?.epoch == attempt.epoch:
            decision.isDone = true
            answer = .character(decision)
        case (
            .unfencedCheckpoint, .checkpoint(let character, _, let state), .character(var decision)
        )
        where !decision.isDone:
            guard let index = store.table.index(of: character)
            else { return }
            store.table.characters[index].stored = state
            decision.isDone = true
            answer = .character(decision)
        default: break
        }
    }
}
