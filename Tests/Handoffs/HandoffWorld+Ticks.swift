import ParleyHandoff

extension HandoffWorld {
    /// One tick of a zone's process.
    mutating func tick(_ index: Int, failsArrivals: Bool = false) {
        guard zones[index].isUp, zones[index].pausedUntil <= now else { return }
        let at = clock(.zone(index))
        guard !zones[index].machine.isFrozen(at: at) else { return }
        checkFreeze(index, at)
        zones[index].tick += 1
        arrive(index, at, fails: failsArrivals)
        for player in zones[index].players.indices where zones[index].players[player].body != nil {
            step(player, of: index)
        }
        // A crossing or leaving changes who plays, so the records are walked by character.
        for number in zones[index].players.map(\.character) { finishTick(number, index, at) }
    }

    private mutating func arrive(_ index: Int, _ at: Duration, fails: Bool) {
        guard !zones[index].arrivals.isEmpty else { return }
        let arrivals = zones[index].arrivals
        zones[index].arrivals = []
        for (granted, token) in arrivals {
            let character = granted.character
            if fails {
                var effects = zoneEffects
                zones[index].machine.arrivalFailed(
                    character, mark: random.next(), at: at, into: &effects)
                perform(&effects, of: index, world: .store)
                continue
            }
            guard zones[index].machine.arrived(character, at: at) else { continue }
            putIn(granted, token, index)
        }
    }

    private mutating func putIn(_ granted: GrantedPlayer, _ token: SeatToken?, _ index: Int) {
        let character = granted.character
        checkFirstState(granted)
        notePlayed(character, granted.owner)
        var body = Body(granted.state?.state) ?? Body()
        let login = granted.state?.login ?? granted.login
        if body.login != login.rawValue { (body.login, body.last) = (login.rawValue, 0) }
        var record = PlayerRecord(
            character: character, owner: granted.owner, login: login, body: body)
        record.applied = granted.state?.requests ?? 0
        record.notices = granted.state?.notices ?? 0
        let early = zones[index].early.first { $0.character == character }
        zones[index].early.removeAll { $0.character == character }
        if token != nil, let early { record.client = early.client }
        zones[index].players.removeAll { $0.character == character }
        zones[index].players.append(record)
        if token != nil, let early {
            resume(index, zones[index].players.count - 1, counted: early.notices)
        }
    }

    /// The game's step of one body: it applies what came, and says so.
    private mutating func step(_ player: Int, of index: Int) {
        let record = zones[index].players[player]
        checkStep(record, index)
        guard var body = record.body, let process = zones[index].process else { return }
        let source = ZoneFollower.Source(process: process, epoch: record.owner.epoch)
        // One request a tick, so that some wait when the player is sealed.
        if let request = record.queue.first {
            if request != body.last + 1 {
                fail(
                    5,
                    "\(record.character) applies request \(request) after \(body.last) at \(record.owner)"
                )
            }
            body.last = request
            body.mix(request)
            zones[index].players[player].notices += 1
            if let client = record.client {
                send(
                    .notice(zones[index].players[player].notices, source), from: .zone(index),
                    to: .client(client))
            }
            if request % 2 == 0 { performDurable(request, record, index) }
        }
        body.mix(zones[index].tick)
        if !record.queue.isEmpty {
            zones[index].players[player].applied += 1
            zones[index].players[player].queue.removeFirst()
        }
        zones[index].players[player].body = body
        if let client = record.client {
            send(.snapshot(source, hasBody: true), from: .zone(index), to: .client(client))
        }
    }

    private mutating func performDurable(_ request: UInt64, _ record: PlayerRecord, _ index: Int) {
        let operation = OperationID.request(
            character: record.character, login: record.login, request: request, index: 0)
        let call = zones[index].machine.perform(
            operation, for: record.character, at: clock(.zone(index)))
        if let call { ask(call, index) }
    }

    private mutating func ask(_ request: OwnershipRequest, _ index: Int) {
        let server = zones[index].machine.lease.world % worlds.count
        send(.peer(.ask(request)), from: .zone(index), to: .world(server))
    }

    /// At the end of the tick: leave, cross, or write a checkpoint.
    private mutating func finishTick(_ character: CharacterID, _ index: Int, _ at: Duration) {
        guard let player = zones[index].player(character),
            let body = zones[index].players[player].body
        else { return }
        let record = zones[index].players[player]
        let tick = zones[index].tick
        var effects = zoneEffects
        if record.mustLeave {
            let last = record.seal(tick: tick, body: body)
            let isOut = zones[index].machine.leave(
                character, last, mark: random.next(), at: at, into: &effects)
            if isOut { takeOut(player, index) }
        } else if record.wish != nil, zones[index].machine.mayCross(character, at: at) {
            let seal = record.seal(
                tick: tick, body: body, countsReceived: mutant == .sealCountsReceived)
            if zones[index].machine.cross(character, seal, at: at, into: &effects) {
                takeOut(player, index)
            }
        } else if tick % 3 == 0 {
            let state = record.seal(tick: tick, body: body)
            let request = zones[index].machine.checkpoint(character, state, at: at)
            if let request { ask(request, index) }
        }
        perform(&effects, of: index, world: .store)
    }

    /// The body leaves the world in the turn of the seal, and no request is read any more.
    private mutating func takeOut(_ player: Int, _ index: Int) {
        zones[index].players[player].body = nil
        if mutant == .sealCountsReceived {
            zones[index].players[player].applied += UInt64(zones[index].players[player].queue.count)
        }
        zones[index].players[player].queue = []
        zones[index].players[player].wish = nil
    }
}
