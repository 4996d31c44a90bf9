extension HandoffSource {
    /// Takes the target's answer to a wish for a seat.
    package mutating func receive(
        _ answer: SeatAnswer, at now: Duration, into effects: inout [Effect]
    ) {
        guard var attempt = openAttempt, attempt.id == answer.attempt else { return }
        switch answer.verdict {
        case .refused(let reason):
            // A seat of an earlier attempt runs out soon.
            guard reason != .busy || attempt.seat != nil else { return }
            state = .playing
            effects.append(.wall(attempt.target.zone, reason))
        case .reserved(let seat):
            let isFirst = attempt.seat == nil
            let isWarm = seat.isWarm || attempt.seat?.isWarm == true
            attempt.seat = ReservedSeat(seat.token, address: seat.address, isWarm: isWarm)
            attempt.heardAt = now
            state = isWarm ? .warm(attempt) : .preparing(attempt)
            guard isFirst || !isWarm, let destination = attempt.destination else { return }
            effects.append(.tell(.travel(destination)))
        }
    }

    /// The target has the player's connection.
    package mutating func becameWarm(_ id: HandoffID, at now: Duration) {
        guard case .preparing(var attempt) = state, attempt.id == id, attempt.seat != nil else {
            return
        }
        attempt.seat?.isWarm = true
        attempt.heardAt = now
        state = .warm(attempt)
    }

    /// The target knows that it holds the character.
    package mutating func taken(_ owner: Owner) {
        guard case .moved(let attempt, let seal, false) = state,
            owner == Owner(attempt.target, attempt.id.epoch)
        else { return }
        state = .moved(attempt, seal, isTaken: true)
    }

    /// Takes the store's answer to a commit, a stay or a leave.
    package mutating func receive(
        _ answer: CharacterAnswer, at now: Duration, allowsDurable: Bool,
        into effects: inout [Effect]
    ) {
        guard answer.character == character else { return }
        switch (state, answer.kind) {
        case (.committing(let attempt, let seal), .commit) where answer.mark == attempt.id.mark:
            if answer.isDone {
                moved(attempt, seal, at: now, into: &effects)
            } else if isOwner(answer.now) {
                beginStay(attempt, seal, at: now, allowsDurable, into: &effects)
            } else {
                lost(attempt, seal, answer.now, at: now, into: &effects)
            }
        case (.staying(let attempt, let seal, _), .commit) where answer.mark == attempt.id.mark:
            if answer.isDone { moved(attempt, seal, at: now, into: &effects) }
        case (.staying(let attempt, let seal, let mark), .stay) where answer.mark == mark:
            // A try that was refused for now may quote the row of an earlier one that was done.
            if answer.isDone || (answer.now?.owner == owner.next && answer.now?.mark == mark) {
                putBack(attempt, seal, at: now, into: &effects)
            } else if !isOwner(answer.now) {
                lost(attempt, seal, answer.now, at: now, into: &effects)
            }
        case (.leaving(_, let mark, _), .leave) where answer.mark == mark:
            guard answer.isDone || !isOwner(answer.now) else { return }
            state = .gone
            effects.append(.release)
        default: break
        }
    }

    /// Whether a row still names this zone at this epoch.
    private func isOwner(_ now: Standing?) -> Bool { now?.owner == owner }

    /// The character stays: no commit of the old epoch can come true any more.
    private mutating func putBack(
        _ attempt: HandoffAttempt, _ seal: SealedPlayer, at now: Duration,
        into effects: inout [Effect]
    ) {
        owner = owner.next
        state = .playing
        settledAt = now
        effects.append(.send(.cancel(attempt.id), to: attempt.target.zone))
        effects.append(.putBack(seal, owner))
    }

    private mutating func moved(
        _ attempt: HandoffAttempt, _ seal: SealedPlayer, at now: Duration,
        into effects: inout [Effect]
    ) {
        var attempt = attempt
        (attempt.since, attempt.nextAt) = (now, now + timings.resendInterval)
        state = .moved(attempt, seal, isTaken: false)
        effects.append(take(attempt, seal))
        if let destination = attempt.destination { effects.append(.tell(.moved(destination))) }
    }

    /// The row names somebody else: the own attempt came true, or the store gave the character away.
    private mutating func lost(
        _ attempt: HandoffAttempt, _ seal: SealedPlayer, _ standing: Standing?, at now: Duration,
        into effects: inout [Effect]
    ) {
        if let standing, standing.epoch == attempt.id.epoch, standing.mark == attempt.id.mark,
            standing.place == attempt.target
        {
            return moved(attempt, seal, at: now, into: &effects)
        }
        guard (standing?.epoch ?? owner.epoch) > owner.epoch else { return }
        state = .gone
        effects.append(.release)
    }
}
