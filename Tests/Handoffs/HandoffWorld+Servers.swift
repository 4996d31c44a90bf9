import ParleyHandoff

extension HandoffWorld {
    /// A world server takes a message.
    mutating func deliver(_ envelope: Envelope, toWorld index: Int) {
        let at = clock(.world(index))
        var effects = worldEffects
        switch envelope.payload {
        case .peer(.ask(let request)):
            guard case .zone(let zone) = envelope.from else { return }
            let isAllowed = worlds[index].machine.forward(
                request, from: Self.names[zone], into: &effects)
            if !isAllowed { fail(11, "\(envelope.from) may not ask \(request)") }
        case .answer(let answer, let asker):
            worlds[index].machine.receive(
                answer, for: asker, random: random.next(), at: at, into: &effects)
        case .peer(.died(let process)): worlds[index].machine.died(process, into: &effects)
        case .login:
            guard case .client(let client) = envelope.from else { return }
            worlds[index].machine.login(
                character(of: envelope.from), link: UInt64(client), into: &effects)
        case .locate(let login):
            guard case .client(let client) = envelope.from else { return }
            worlds[index].machine.locate(
                character(of: envelope.from), login, link: UInt64(client), into: &effects)
        default: break
        }
        perform(&effects, ofWorld: index)
    }

    mutating func perform(_ effects: inout [WorldDirectory.Effect], ofWorld index: Int) {
        for effect in effects {
            switch effect {
            case .ask(let request, let asker):
                send(.request(request, asker), from: .world(index), to: .store)
            case .send(let message, let name):
                guard let zone = self.index(of: name) else { continue }
                send(.peer(message), from: .world(index), to: .zone(zone))
            case .tell(let link, let reply):
                send(.reply(reply), from: .world(index), to: .client(Int(link)))
            }
        }
        effects.removeAll(keepingCapacity: true)
        worldEffects = effects
    }

    /// The store decides a request, and answers once the standby has the effect, too.
    mutating func deliver(
        _ envelope: Envelope, toStore request: OwnershipRequest, _ asker: WorldDirectory.Asker
    ) {
        guard store.closedUntil <= now else { return }
        if store.standby != nil, mutant == nil, store.held.count > 24 { replicate() }
        let character = request.characterKey?.character
        let before = character.flatMap { store.table.character($0) }
        let operations = store.table.operations.count
        var answer = refuseForNow(request) ?? store.table.apply(request)
        mutate(&answer, to: request)
        if let before {
            checkDecision(
                request, before: before, isPerformed: store.table.operations.count != operations)
        }
        let reply = Envelope(
            from: .store, to: envelope.from, payload: .answer(answer, asker), number: 0)
        if store.standby != nil, mutant != .answerBeforeStandby {
            store.held.append(reply)
        } else {
            send(reply.payload, from: .store, to: reply.to)
        }
    }

    /// Now and then the engine could not serialise a transaction, and the answer says only what is so.
    private mutating func refuseForNow(_ request: OwnershipRequest) -> OwnershipAnswer? {
        let dice: UInt64 = random.next()
        guard request.owner != nil, let key = request.characterKey, key.mark != 0,
            key.kind != .recover, dice % 8 == 0,
            let row = store.table.character(key.character)
        else { return nil }
        note("the store could not serialise it")
        return .character(
            CharacterAnswer(
                key.kind, key.character, mark: key.mark, isDone: false,
                now: store.table.standing(row)))
    }

    /// From now on the standby lags behind.
    mutating func delayStandby() {
        if store.standby == nil { store.standby = store.table }
    }

    /// The standby has everything: the answers go out.
    mutating func replicate() {
        store.standby = nil
        for reply in store.held { send(reply.payload, from: .store, to: reply.to) }
        store.held.removeAll(keepingCapacity: true)
    }

    /// The primary dies. The standby is the store now, and what it has not is answered to nobody.
    mutating func failOver() {
        if let standby = store.standby { store.table = standby }
        store.standby = nil
        store.held.removeAll(keepingCapacity: true)
    }

    /// An operator restores the backup, and raises the generation.
    mutating func restore() {
        failOver()
        guard let backup = store.backup else { return }
        let generation = store.table.generation
        store.table = backup
        store.closedUntil = now + 5_500_000
        guard mutant != .sameGeneration else { return }
        store.table.generation = max(store.table.generation, generation)
        _ = store.table.apply(.raiseGeneration)
    }
}
