import ParleyHandoff

extension HandoffWorld {
    /// A zone's process takes a message.
    mutating func deliver(_ envelope: Envelope, toZone index: Int) {
        guard zones[index].isUp else { return }
        let at = clock(.zone(index))
        switch envelope.payload {
        case .peer(let message): deliver(message, from: envelope.from, toZone: index, at)
        case .connect(let process, let credential, let login, let notices):
            guard case .client(let client) = envelope.from else { return }
            connect(client, process, credential, login, notices, toZone: index, at)
        case .play(let login, let number):
            guard let player = zones[index].player(character(of: envelope.from)),
                zones[index].players[player].login == login,
                zones[index].players[player].body != nil
            else { return }
            let record = zones[index].players[player]
            let received = record.queue.last ?? record.applied
            guard number == received + 1, record.queue.count < 8 else { return }
            zones[index].players[player].queue.append(number)
        default: break
        }
    }

    func character(of party: Party) -> CharacterID {
        guard case .client(let client) = party else { return CharacterID(rawValue: 0) }
        return clients[client].follower.character
    }

    private mutating func deliver(
        _ message: PeerMessage, from: Party, toZone index: Int, _ at: Duration
    ) {
        if case .answer(.zone(let answer)) = message { witnessBeat(answer, index, at) }
        mutate(message, toZone: index, at)
        let sender: ZoneHandoffs.Sender =
            if case .zone(let other) = from { .zone(Self.names[other]) } else { .world }
        var effects = zoneEffects
        zones[index].machine.receive(
            message, from: sender, random: random.next(), at: at, into: &effects)
        perform(&effects, of: index, world: from)
    }

    /// Keeps what the lease should be, by a second book.
    private mutating func witnessBeat(_ answer: ZoneAnswer, _ index: Int, _ at: Duration) {
        guard answer.isDone else { return }
        switch answer.kind {
        case .register where zones[index].proven == nil:
            if answer.mark == zones[index].beats.first?.number { return }
            zones[index].proven = zones[index].registeredAt
        case .beat:
            guard answer.process == zones[index].process,
                let beat = zones[index].beats.first(where: { $0.number == answer.mark })
            else { return }
            zones[index].proven = max(zones[index].proven ?? beat.at, beat.at)
        default: break
        }
    }

    private mutating func connect(
        _ client: Int, _ process: ZoneProcess, _ credential: ZoneHandoffs.Credential,
        _ login: LoginNumber, _ notices: UInt64, toZone index: Int, _ at: Duration
    ) {
        // A connection to a process that is gone finds another one at its address.
        guard zones[index].process == process else {
            return send(.admission(.askWorld, process), from: .zone(index), to: .client(client))
        }
        let character = clients[client].follower.character
        var effects = zoneEffects
        let admission = zones[index].machine.connect(
            character, credential, second: second, at: at, into: &effects)
        perform(&effects, of: index, world: .store)
        switch admission {
        case .preconnected:
            zones[index].early.removeAll { $0.character == character }
            zones[index].early.append((character, client, notices))
        case .playing(_, let newLogin):
            admit(client, newLogin ?? login, notices, toZone: index)
        case .wait: send(.admission(.wait, process), from: .zone(index), to: .client(client))
        case .askWorld:
            send(.admission(.askWorld, process), from: .zone(index), to: .client(client))
        case .moved(let destination):
            send(.travel(.moved(destination), process), from: .zone(index), to: .client(client))
        }
    }

    /// The session goes on over this connection, or a newer one begins.
    private mutating func admit(
        _ client: Int, _ login: LoginNumber, _ notices: UInt64, toZone index: Int
    ) {
        guard let player = zones[index].player(clients[client].follower.character) else { return }
        if login < zones[index].players[player].login {
            return send(.goodbye(.replaced, login), from: .zone(index), to: .client(client))
        }
        if let old = zones[index].players[player].client, old != client {
            let oldLogin = zones[index].players[player].login
            if login > oldLogin {
                send(.goodbye(.replaced, oldLogin), from: .zone(index), to: .client(old))
            }
        }
        if login > zones[index].players[player].login { beginSession(login, index, player) }
        zones[index].players[player].client = client
        resume(index, player, counted: notices)
    }

    /// A newer login replaces the session in place.
    private mutating func beginSession(_ login: LoginNumber, _ index: Int, _ player: Int) {
        zones[index].players[player].login = login
        zones[index].players[player].queue = []
        zones[index].players[player].applied = 0
        zones[index].players[player].notices = 0
        zones[index].players[player].body?.login = login.rawValue
        zones[index].players[player].body?.last = 0
    }

    /// Tells the client where its session goes on, and the notices that it has not counted.
    mutating func resume(_ index: Int, _ player: Int, counted: UInt64) {
        guard let process = zones[index].process,
            let client = zones[index].players[player].client
        else { return }
        // After a crash the client may have counted notices that this state knows nothing of.
        zones[index].players[player].notices = max(zones[index].players[player].notices, counted)
        let record = zones[index].players[player]
        let oldest = record.notices - min(record.notices, PlayerRecord.tail) + 1
        let first = max(oldest, min(counted, record.notices) + 1)
        let continuation = SessionContinuation(
            epoch: record.owner.epoch, login: record.login, requests: record.applied,
            firstNotice: first,
            targetTick: zones[index].tick)
        send(.travel(.resumed(continuation), process), from: .zone(index), to: .client(client))
        let source = ZoneFollower.Source(process: process, epoch: record.owner.epoch)
        for number in stride(from: first, through: record.notices, by: 1) {
            send(.notice(number, source), from: .zone(index), to: .client(client))
        }
    }

    /// Carries out what a zone's machine wants.
    mutating func perform(_ effects: inout [ZoneHandoffs.Effect], of index: Int, world: Party) {
        zones[index].process = zones[index].machine.process
        for effect in effects { perform(effect, of: index, world: world) }
        effects.removeAll(keepingCapacity: true)
        zoneEffects = effects
    }

    private mutating func perform(_ effect: ZoneHandoffs.Effect, of index: Int, world: Party) {
        switch effect {
        case .send(let message, let name):
            guard let other = self.index(of: name) else { return }
            send(.peer(message), from: .zone(index), to: .zone(other))
        case .ask(let request):
            noteBeat(request, index)
            if isSwallowed(request) { return }
            let server = zones[index].machine.lease.world % worlds.count
            send(.peer(.ask(request)), from: .zone(index), to: .world(server))
        case .tellWorld(let message):
            guard case .world = world else { return }
            send(.peer(message), from: .zone(index), to: world)
        case .tell(let character, let notice):
            guard let player = zones[index].player(character),
                let process = zones[index].process,
                let client = zones[index].players[player].client
            else { return }
            send(.travel(notice, process), from: .zone(index), to: .client(client))
        case .arrive(let granted, let token): zones[index].arrivals.append((granted, token))
        case .putBack(let character, let seal, let owner): putBack(character, seal, owner, index)
        case .wall(let character, _, _):
            if let player = zones[index].player(character) {
                zones[index].players[player].wish = nil
            }
        case .release(let character): zones[index].players.removeAll { $0.character == character }
        case .end(let ended):
            guard let player = zones[index].player(ended.character),
                zones[index].players[player].login <= ended.login
            else { return }
            zones[index].players[player].mustLeave = true
        case .over: end(index)
        }
    }

    private mutating func noteBeat(_ request: OwnershipRequest, _ index: Int) {
        let at = clock(.zone(index))
        switch request {
        case .register: zones[index].registeredAt = zones[index].registeredAt ?? at
        case .beat(_, let number):
            if zones[index].beats.count > 16 { zones[index].beats.removeFirst() }
            zones[index].beats.append((number, at))
        case .commit(let attempt, _, _, _): checkSealReserve(attempt, index, at)
        default: break
        }
    }

    private mutating func putBack(
        _ character: CharacterID, _ seal: SealedPlayer, _ owner: Owner, _ index: Int
    ) {
        guard let player = zones[index].player(character), let body = Body(seal.state) else {
            return
        }
        zones[index].players[player].owner = owner
        zones[index].players[player].body = body
        zones[index].players[player].applied = seal.requests
        zones[index].players[player].wish = nil
        zones[index].players[player].mustLeave = false
        notePlayed(character, owner)
        resume(index, player, counted: zones[index].players[player].notices)
    }

    /// A zone's process ends, with all that it knew.
    mutating func end(_ index: Int) {
        zones[index] = ZoneHost(machine: zones[index].machine)
        zones[index].isUp = false
    }

    /// Another process of the zone begins.
    mutating func start(_ index: Int) {
        zones[index] = ZoneHost(machine: zoneMachine(index))
    }
}
