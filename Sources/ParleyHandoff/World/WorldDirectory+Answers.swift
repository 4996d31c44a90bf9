extension WorldDirectory {
    /// Takes the store's answer.
    ///
    /// - Parameters:
    ///   - asker: For whom the store was asked.
    ///   - random: 64 random bits.
    package mutating func receive(
        _ answer: OwnershipAnswer, for asker: Asker, random: UInt64, at now: Duration,
        into effects: inout [Effect]
    ) {
        // What changes which processes are there is looked at without waiting for the next survey: the rows of
        // one that is gone, and the players for whom none was ready.
        if case .zone(let change) = answer, change.isDone,
            [.retire, .register].contains(change.kind)
        {
            nextSurveyAt = now
        }
        if case .zone(let zone) = asker { return effects.append(.send(.answer(answer), to: zone)) }
        switch answer {
        case .survey(let survey): receive(survey, random: random, at: now, into: &effects)
        case .character(let answer):
            receive(answer, for: asker, random: random, at: now, into: &effects)
        case .zone, .generation: break
        }
    }

    private mutating func receive(
        _ survey: OwnershipSurvey, random: UInt64, at now: Duration, into effects: inout [Effect]
    ) {
        guard let askedAt = surveyAskedAt else { return }
        zones = survey.zones
        for request in watch.observe(survey.zones, askedAt: askedAt, at: now) {
            effects.append(.ask(request, for: .own))
        }
        if let expiry = watch.nextExpiry(after: now) { nextSurveyAt = min(nextSurveyAt, expiry) }
        var untaken: [CharacterID: Epoch] = [:]
        for row in survey.characters {
            guard let owner = row.standing.owner else { continue }
            if !row.standing.isPlaceAlive {
                let target = refuge(from: owner.zone)
                // Each row has its own mark: two rows are two calls.
                let mark = random ^ (row.character.rawValue &* 0x9E37_79B9_7F4A_7C15)
                effects.append(
                    .ask(.recover(row.character, owner, to: target, mark: mark), for: .own))
            } else if self.untaken[row.character] == owner.epoch {
                untaken[row.character] = owner.epoch
                take(row.character, row.standing, row.stored, into: &effects)
            } else {
                untaken[row.character] = owner.epoch
            }
        }
        self.untaken = untaken
    }

    /// The next process of a dead zone, or a neighbour's; nil if none is ready.
    private func refuge(from zone: ZoneName) -> ZoneProcess? {
        if let process = readyProcess(of: zone) { return process }
        for neighbour in neighbours[zone, default: []] {
            if let process = readyProcess(of: neighbour) { return process }
        }
        return nil
    }

    private func take(
        _ character: CharacterID, _ standing: Standing, _ stored: SealedPlayer?,
        into effects: inout [Effect]
    ) {
        guard let owner = standing.owner else { return }
        let granted = GrantedPlayer(
            character, owner, mark: standing.mark, login: standing.login, state: stored)
        effects.append(.send(.take(granted), to: owner.zone))
    }

    private mutating func receive(
        _ answer: CharacterAnswer, for asker: Asker, random: UInt64, at time: Duration,
        into effects: inout [Effect]
    ) {
        let character = answer.character
        switch answer.kind {
        case .kick, .ban:
            guard answer.isDone, let now = answer.now else { return }
            if let place = now.place {
                effects.append(.send(.end(EndedSession(character, now.login)), to: place.zone))
            }
        case .enter, .recover:
            guard let now = answer.now else { return }
            if answer.isDone { take(character, now, answer.stored, into: &effects) }
            admit(character, now, asker, mayEnter: nil, at: time, into: &effects)
        case .login, .look:
            guard case .client(let link, let login) = asker else { return }
            guard let now = answer.now else {
                return effects.append(.tell(link, .ended(.unknown)))
            }
            let newest = answer.kind == .login && answer.isDone ? now.login : login
            admit(
                character, now, .client(link, newest), mayEnter: random, at: time, into: &effects)
        default: break
        }
    }

    /// Tells a client where its character is, or puts the character into a zone first.
    ///
    /// - Parameter mark: The mark of the call that does that; nil if it was just tried.
    private mutating func admit(
        _ character: CharacterID, _ now: Standing, _ asker: Asker, mayEnter mark: UInt64?,
        at time: Duration, into effects: inout [Effect]
    ) {
        guard case .client(let link, let login) = asker else { return }
        if let end = end(of: login, now) { return effects.append(.tell(link, .ended(end))) }
        if let owner = now.owner {
            let reply: WorldReply = now.isPlaceAlive ? .admit(owner, login) : .wait(login)
            return effects.append(.tell(link, reply))
        }
        let process = readyProcess(of: entrance) ?? zones.first { $0.state == .ready }?.process
        guard let mark, let process else {
            // No zone was ready at the last survey: there may be one by now.
            nextSurveyAt = min(nextSurveyAt, time)
            return effects.append(.tell(link, .wait(login)))
        }
        effects.append(.ask(.enter(character, login, process, mark: mark), for: asker))
    }

    private func end(of login: LoginNumber, _ now: Standing) -> RealmSessionEnd? {
        switch now.access {
        case .banned: .banned
        case .quarantined: .quarantined
        case .kicked: .kicked
        case .allowed: now.login > login ? .replaced : nil
        }
    }
}
