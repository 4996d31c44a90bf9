extension ZoneHandoffs {
    /// The player comes near the border of a zone.
    ///
    /// - Parameter mark: 64 random bits that name the attempt.
    package mutating func prepare(
        _ character: CharacterID, for target: ZoneProcess, mark: UInt64, at now: Duration,
        into effects: inout [Effect]
    ) {
        guard !lease.isFrozen(at: now) else { return }
        withSource(character, into: &effects) {
            $0.prepare(for: target, mark: mark, at: now, into: &$1)
        }
    }

    /// The player turned back.
    package mutating func turnBack(
        _ character: CharacterID, at now: Duration, into effects: inout [Effect]
    ) {
        // Asked for every character in every tick, and mostly there is nothing to turn back from.
        guard let index = sources.index(forKey: character), sources.values[index].hasOpenAttempt,
            !lease.isFrozen(at: now)
        else { return }
        withSource(character, into: &effects) { $0.turnBack(at: now, into: &$1) }
    }

    /// Whether the character may be sealed now: its target is warm, a world server answers, and the lease lasts.
    package func mayCross(_ character: CharacterID, at now: Duration) -> Bool {
        lease.allowsSealing(at: now) && sources[character]?.mayCross(at: now) == true
    }

    /// Hands the character over. Its body has left the world in this turn.
    ///
    /// - Returns: False if it may not cross: the body stays.
    package mutating func cross(
        _ character: CharacterID, _ seal: SealedPlayer, at now: Duration,
        into effects: inout [Effect]
    ) -> Bool {
        guard mayCross(character, at: now) else { return false }
        withSource(character, into: &effects) { $0.cross(seal, at: now, into: &$1) }
        return true
    }

    /// Puts the character out of the realm. Its body has left the world in this turn.
    ///
    /// - Returns: False if it is not the zone's to put out: the body stays as it is.
    package mutating func leave(
        _ character: CharacterID, _ state: SealedPlayer, mark: UInt64, at now: Duration,
        into effects: inout [Effect]
    ) -> Bool {
        guard !lease.isFrozen(at: now), sources[character]?.isSimulated == true else {
            return false
        }
        let allowsDurable = lease.allowsDurableCalls(at: now)
        withSource(character, into: &effects) {
            $0.leave(state, mark: mark, at: now, allowsDurable: allowsDurable, into: &$1)
        }
        return true
    }

    /// The world has put a character in that ``Effect/arrive(_:token:)`` named.
    ///
    /// - Returns: Whether it is the zone's at this moment: if not, the body must not go in.
    package mutating func arrived(_ character: CharacterID, at now: Duration) -> Bool {
        guard !lease.isFrozen(at: now),
            case .arriving(let granted, let token) = targets[character]?.state
        else { return false }
        target(character) { $0.arrived() }
        sources[character] = HandoffSource(
            character, owner: granted.owner, token: token, timings: timings, at: now)
        return true
    }

    /// The world cannot put the character in.
    ///
    /// - Parameter mark: 64 random bits that name the call.
    package mutating func arrivalFailed(
        _ character: CharacterID, mark: UInt64, at now: Duration, into effects: inout [Effect]
    ) {
        targets[character]?.failed(mark: mark, at: now)
        timeout(at: now, into: &effects)
    }

    /// The request for a checkpoint of the character; nil if it is not the zone's to make.
    package func checkpoint(
        _ character: CharacterID, _ state: SealedPlayer, at now: Duration
    ) -> OwnershipRequest? {
        guard lease.allowsDurableCalls(at: now), let source = sources[character], source.isSimulated
        else {
            return nil
        }
        return .checkpoint(character, source.owner, state)
    }

    /// The request for a durable effect; nil if it is not the zone's to make.
    package func perform(
        _ operation: OperationID, for character: CharacterID, at now: Duration
    ) -> OwnershipRequest? {
        guard lease.allowsDurableCalls(at: now), let source = sources[character], source.isSimulated
        else {
            return nil
        }
        return .perform(operation, character, source.owner)
    }

    /// When ``timeout(at:into:)`` has something next.
    package var nextTimeout: Duration? {
        var next = lease.nextTimeout
        for source in sources.values { next = Self.earlier(next, source.nextTimeout) }
        for target in targets.values { next = Self.earlier(next, target.nextTimeout) }
        return next
    }

    private static func earlier(_ left: Duration?, _ right: Duration?) -> Duration? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    /// Sends what is due: heartbeats also while frozen, everything else only while not.
    package mutating func timeout(at now: Duration, into effects: inout [Effect]) {
        if let request = lease.due(at: now) { effects.append(.ask(request)) }
        guard !lease.isFrozen(at: now) else { return }
        let allowsDurable = lease.allowsDurableCalls(at: now)
        for character in due(sources, at: now, \.nextTimeout) {
            withSource(character, into: &effects) {
                $0.timeout(at: now, allowsDurable: allowsDurable, into: &$1)
            }
        }
        for character in due(targets, at: now, \.nextTimeout) {
            let request = targets[character]?.timeout(at: now, allowsDurable: allowsDurable)
            if let request { effects.append(.ask(request)) }
        }
    }

    /// The characters whose time has come, in the order of their numbers.
    private func due<Machine>(
        _ machines: [CharacterID: Machine], at now: Duration, _ nextTimeout: (Machine) -> Duration?
    ) -> [CharacterID] {
        var due: [CharacterID] = []
        for (character, machine) in machines {
            if let next = nextTimeout(machine), now >= next { due.append(character) }
        }
        return due.sorted()
    }
}
