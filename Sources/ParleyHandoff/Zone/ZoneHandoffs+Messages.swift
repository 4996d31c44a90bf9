extension ZoneHandoffs {
    /// Where a message came from.
    package enum Sender: Hashable, Sendable {
        /// A world server.
        case world
        /// Another zone, by the name in its certificate.
        case zone(ZoneName)
    }

    /// Takes a message of another server.
    ///
    /// The shell has compared the sender's role with the table (``PeerMessageTable``).
    ///
    /// - Parameter random: 64 random bits.
    package mutating func receive(
        _ message: PeerMessage, from sender: Sender, random: UInt64, at now: Duration,
        into effects: inout [Effect]
    ) {
        if case .answer(.zone(let answer)) = message {
            return receive(answer, at: now, into: &effects)
        }
        guard !lease.isFrozen(at: now) else { return }
        switch message {
        case .answer(.character(let answer)): receive(answer, at: now, into: &effects)
        case .prepare(let request):
            prepare(request, from: sender, random: random, at: now, into: &effects)
        case .prepared(let answer):
            withSource(answer.attempt.character, into: &effects) {
                $0.receive(answer, at: now, into: &$1)
            }
        case .warm(let id):
            withSource(id.character, into: &effects) { source, _ in source.becameWarm(id, at: now) }
        case .cancel(let id): targets[id.character]?.cancel(id)
        case .take(let granted): take(granted, from: sender, into: &effects)
        case .taken(let character, let owner):
            withSource(character, into: &effects) { source, _ in source.taken(owner) }
        case .end(let ended): end(ended, into: &effects)
        // Deals, sheets, lists, operators and chat are between the shells, and terms between their links.
        case .hello, .terms, .ask, .answer, .died, .deal, .dealt, .read, .sheet, .zones, .listening,
            .operate, .operated, .empty, .session, .placed, .said, .seek, .found, .whisper, .guide:
            break
        }
    }

    private mutating func receive(
        _ answer: ZoneAnswer, at now: Duration, into effects: inout [Effect]
    ) {
        guard !lease.isOver else { return }
        lease.receive(answer, at: now)
        if lease.isOver { return effects.append(.over) }
        guard answer.process == process, !lease.isFrozen(at: now) else { return }
        for ended in answer.ended { end(ended, into: &effects) }
    }

    private func end(_ ended: EndedSession, into effects: inout [Effect]) {
        guard sources[ended.character]?.isSimulated == true else { return }
        effects.append(.end(ended))
    }

    private mutating func receive(
        _ answer: CharacterAnswer, at now: Duration, into effects: inout [Effect]
    ) {
        if answer.kind == .fail {
            targets[answer.character]?.receive(answer)
            return
        }
        let allowsDurable = lease.allowsDurableCalls(at: now)
        withSource(answer.character, into: &effects) {
            $0.receive(answer, at: now, allowsDurable: allowsDurable, into: &$1)
        }
    }

    private mutating func prepare(
        _ request: SeatRequest, from sender: Sender, random: UInt64, at now: Duration,
        into effects: inout [Effect]
    ) {
        // A zone asks for its own characters only.
        guard sender == .zone(request.source.zone) else { return }
        let character = request.attempt.character
        let answer: SeatAnswer
        if request.target != process {
            answer = SeatAnswer(request.attempt, .refused(.wrongProcess))
        } else if request.stateVersion > versions.newestReadable {
            answer = SeatAnswer(request.attempt, .refused(.version))
        } else if let source = sources[character], !source.isOver {
            let isStale = request.attempt.epoch <= source.owner.epoch
            answer = SeatAnswer(request.attempt, .refused(isStale ? .stale : .busy))
        } else {
            let isKnown = targets[character]?.seat != nil
            let refusal = refusal ?? (isKnown || occupied < seatLimit ? nil : .full)
            let address = address
            answer = target(character) {
                $0.prepare(request, refusal: refusal, token: random, address: address, at: now)
            }
        }
        effects.append(.send(.prepared(answer), to: request.source.zone))
    }

    private mutating func take(
        _ granted: GrantedPlayer, from sender: Sender, into effects: inout [Effect]
    ) {
        guard let process, granted.owner.zone == zone else { return }
        let character = granted.character
        // Another life of the zone holds nobody: its rows are recovered.
        if granted.owner.incarnation == process.incarnation {
            let isNews = target(character) { $0.take(granted) }
            if isNews {
                let token: SeatToken? =
                    if case .arriving(_, let token) = targets[character]?.state { token } else {
                        nil
                    }
                // A higher epoch proves that what the zone knew of an older one is decided.
                if sources.removeValue(forKey: character) != nil {
                    effects.append(.release(character))
                }
                effects.append(.arrive(granted, token: token))
            }
        } else if granted.owner.incarnation > process.incarnation {
            return
        }
        let taken = PeerMessage.taken(character, granted.owner)
        switch sender {
        case .world: effects.append(.tellWorld(taken))
        case .zone(let name): effects.append(.send(taken, to: name))
        }
    }
}
