extension HandoffSource {
    /// The player comes near a border, or wants to travel.
    ///
    /// - Parameter mark: 64 random bits that name the attempt.
    /// - Returns: False if the character is on its way already, or came just now.
    @discardableResult
    package mutating func prepare(
        for target: ZoneProcess, mark: UInt64, at now: Duration, into effects: inout [Effect]
    ) -> Bool {
        guard case .playing = state, target.zone != owner.zone,
            now - settledAt >= timings.crossingInterval
        else { return false }
        let id = HandoffID(character: character, epoch: owner.epoch.next, mark: mark)
        state = .preparing(HandoffAttempt(id, to: target, at: now))
        timeout(at: now, allowsDurable: false, into: &effects)
        return true
    }

    /// Whether it prepares a crossing that may still be given up.
    package var hasOpenAttempt: Bool { openAttempt != nil }

    /// The player turned back from the border.
    package mutating func turnBack(at now: Duration, into effects: inout [Effect]) {
        guard let attempt = openAttempt else { return }
        state = .playing
        effects.append(.send(.cancel(attempt.id), to: attempt.target.zone))
    }

    /// Whether the character may cross now, as far as the handoff is concerned. The zone's lease decides too.
    package func mayCross(at now: Duration) -> Bool {
        guard case .warm(let attempt) = state else { return false }
        return now - attempt.heardAt < timings.worldPatience
    }

    /// Seals the character: in the same turn, its body leaves the world.
    ///
    /// - Parameter seal: All that it is, at the end of this tick.
    /// - Returns: False if it may not cross now: nothing has changed.
    @discardableResult
    package mutating func cross(
        _ seal: SealedPlayer, at now: Duration, into effects: inout [Effect]
    ) -> Bool {
        guard mayCross(at: now), case .warm(var attempt) = state else { return false }
        (attempt.since, attempt.nextAt) = (now, now)
        state = .committing(attempt, seal)
        timeout(at: now, allowsDurable: true, into: &effects)
        return true
    }

    /// The player leaves the realm: it logged off, was kicked, its grace ran out, or the zone drains.
    ///
    /// - Parameters:
    ///   - state: All that it is, at the end of this tick.
    ///   - mark: 64 random bits that name the call.
    /// - Returns: False if the character is not the zone's to put out now.
    @discardableResult
    package mutating func leave(
        _ last: SealedPlayer, mark: UInt64, at now: Duration, allowsDurable: Bool,
        into effects: inout [Effect]
    ) -> Bool {
        guard isSimulated else { return false }
        turnBack(at: now, into: &effects)
        state = .leaving(last, mark: mark, nextAt: now)
        timeout(at: now, allowsDurable: allowsDurable, into: &effects)
        return true
    }

    /// The attempt that is prepared; nil in all other states.
    var openAttempt: HandoffAttempt? {
        switch state {
        case .preparing(let attempt), .warm(let attempt): attempt
        default: nil
        }
    }
}
