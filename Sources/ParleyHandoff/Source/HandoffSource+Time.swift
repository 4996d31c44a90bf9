extension HandoffSource {
    /// When ``timeout(at:allowsDurable:into:)`` has something next.
    package var nextTimeout: Duration? {
        switch state {
        case .playing, .gone: nil
        case .preparing(let attempt), .warm(let attempt):
            min(attempt.nextAt, attempt.heardAt + patience)
        case .committing(let attempt, _), .staying(let attempt, _, _): attempt.nextAt
        case .leaving(_, _, let nextAt): nextAt
        case .moved(let attempt, _, let isTaken):
            isTaken ? attempt.since + timings.movedLifetime : attempt.nextAt
        }
    }

    /// Sends again what is due.
    ///
    /// - Parameter allowsDurable: Whether the zone's lease allows durable calls.
    package mutating func timeout(
        at now: Duration, allowsDurable: Bool, into effects: inout [Effect]
    ) {
        guard let nextTimeout, now >= nextTimeout else { return }
        switch state {
        case .playing, .gone: break
        case .preparing(let attempt): renew(attempt, isWarm: false, at: now, into: &effects)
        case .warm(let attempt): renew(attempt, isWarm: true, at: now, into: &effects)
        case .committing(var attempt, let seal):
            if now - attempt.since >= timings.commitPatience {
                return beginStay(attempt, seal, at: now, allowsDurable, into: &effects)
            }
            attempt.nextAt = now + timings.resendInterval
            state = .committing(attempt, seal)
            guard allowsDurable else { return }
            effects.append(.ask(.commit(attempt.id, owner, to: attempt.target, seal)))
        case .staying(let attempt, let seal, let mark):
            stay(attempt, seal, mark, at: now, allowsDurable, into: &effects)
        case .leaving(let seal, let mark, _):
            state = .leaving(seal, mark: mark, nextAt: now + timings.resendInterval)
            if allowsDurable { effects.append(.ask(.leave(character, owner, mark: mark, seal))) }
        case .moved(var attempt, let seal, let isTaken):
            guard now - attempt.since < timings.movedLifetime else {
                state = .gone
                effects.append(.release)
                return
            }
            attempt.nextAt = now + timings.resendInterval
            state = .moved(attempt, seal, isTaken: isTaken)
            if !isTaken { effects.append(take(attempt, seal)) }
        }
    }

    /// From now on only the store says whether the character is still here.
    mutating func beginStay(
        _ attempt: HandoffAttempt, _ seal: SealedPlayer, at now: Duration, _ allowsDurable: Bool,
        into effects: inout [Effect]
    ) {
        // The attempt's mark names the commit. Its complement names the stay: as random, and another one.
        stay(attempt, seal, ~attempt.id.mark, at: now, allowsDurable, into: &effects)
    }

    private mutating func stay(
        _ attempt: HandoffAttempt, _ seal: SealedPlayer, _ mark: UInt64, at now: Duration,
        _ allowsDurable: Bool, into effects: inout [Effect]
    ) {
        var attempt = attempt
        attempt.nextAt = now + timings.resendInterval
        state = .staying(attempt, seal, mark: mark)
        if allowsDurable { effects.append(.ask(.stay(character, owner, mark: mark))) }
    }

    private mutating func renew(
        _ attempt: HandoffAttempt, isWarm: Bool, at now: Duration, into effects: inout [Effect]
    ) {
        var attempt = attempt
        guard now - attempt.heardAt < patience else {
            state = .playing
            effects.append(.send(.cancel(attempt.id), to: attempt.target.zone))
            effects.append(.wall(attempt.target.zone, nil))
            return
        }
        guard now >= attempt.nextAt else { return }
        attempt.nextAt =
            now + (attempt.seat == nil ? timings.resendInterval : timings.renewalInterval)
        state = isWarm ? .warm(attempt) : .preparing(attempt)
        let request = SeatRequest(attempt.id, source: owner, target: attempt.target)
        effects.append(.send(.prepare(request), to: attempt.target.zone))
    }

    private var patience: Duration { timings.seatLifetime }

    /// What the target, or any zone of its name, is told until it says that it knows.
    func take(_ attempt: HandoffAttempt, _ seal: SealedPlayer) -> Effect {
        let granted = GrantedPlayer(
            character, Owner(attempt.target, attempt.id.epoch), mark: attempt.id.mark,
            login: seal.login,
            state: seal)
        return .send(.take(granted), to: attempt.target.zone)
    }
}
