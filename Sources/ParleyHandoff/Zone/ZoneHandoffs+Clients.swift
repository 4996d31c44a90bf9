extension ZoneHandoffs {
    /// What proves a player's connection to a zone.
    package enum Credential: Hashable, Sendable {
        /// The token of a seat, or of the session that it became.
        case token(SeatToken)
        /// A world server's ticket, opened.
        case ticket(Ticket)
        /// The session's own resume secret, which the shell has compared.
        case session(CharacterID)
    }

    /// What the shell does with a connection.
    package enum Admission: Hashable, Sendable {
        /// Keep it: the character will come.
        case preconnected
        /// The session goes on here, at this epoch; the login replaces an older session.
        case playing(Owner, LoginNumber?)
        /// The character is on its way: the client tries again after `clientInterval`.
        case wait
        /// The character went there.
        case moved(Destination)
        /// Ask a world server where the character is.
        case askWorld
    }

    /// A player's client connects.
    ///
    /// - Parameter second: Now, in seconds since 1970, for tickets.
    package mutating func connect(
        _ character: CharacterID, _ credential: Credential, second: UInt64, at now: Duration,
        into effects: inout [Effect]
    ) -> Admission {
        guard let process, !lease.isFrozen(at: now) else { return .askWorld }
        switch credential {
        case .token(let token): return connect(character, token, into: &effects)
        case .session: return admission(character, at: nil, login: nil)
        case .ticket(let ticket):
            guard ticket.character == character, ticket.process == process else { return .askWorld }
            let admission = admission(character, at: ticket.epoch, login: ticket.login)
            // A ticket that must wait is not taken yet.
            if admission == .wait { return ticket.isValid(at: second) ? .wait : .askWorld }
            return tickets.take(ticket, at: second) ? admission : .askWorld
        }
    }

    private mutating func connect(
        _ character: CharacterID, _ token: SeatToken, into effects: inout [Effect]
    ) -> Admission {
        if let source = sources[character], source.token == token {
            return admission(character, at: nil, login: nil)
        }
        if case .arriving(_, token) = targets[character]?.state { return .wait }
        guard let seat = targets[character]?.connect(token) else { return .askWorld }
        effects.append(.send(.warm(seat.request.attempt), to: seat.request.source.zone))
        return .preconnected
    }

    private func admission(_ character: CharacterID, at epoch: Epoch?, login: LoginNumber?)
        -> Admission
    {
        if case .arriving(let granted, _) = targets[character]?.state,
            granted.owner.epoch >= epoch ?? granted.owner.epoch
        {
            return .wait
        }
        guard let source = sources[character] else {
            return epoch == nil ? .askWorld : awaited(character, epoch)
        }
        if let destination = source.destination { return .moved(destination) }
        if source.isUndecided { return .wait }
        guard let epoch, epoch != source.owner.epoch else { return .playing(source.owner, login) }
        return epoch > source.owner.epoch ? .wait : .askWorld
    }

    /// A ticket of an epoch that the zone has not been given yet.
    private func awaited(_ character: CharacterID, _ epoch: Epoch?) -> Admission {
        guard let epoch, let highest = targets[character]?.highest else { return .wait }
        return epoch > highest ? .wait : .askWorld
    }
}
