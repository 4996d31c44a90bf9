import ParleyHandoff
import ParleySockets

extension HandoffWorld {
    /// One step of the interleaving, chosen by a word, and the invariants after it.
    mutating func step(_ word: UInt64) {
        var dice = SeededGenerator(seed: word)
        let chance = Int(dice.next() % 1_000)
        switch chance {
        case ..<560: deliverAny(&dice)
        case ..<720: tickAny(&dice)
        case ..<800: pass(Int64(20_000 + dice.next() % 180_000))
        case ..<820: pass([600_000, 1_300_000, 2_100_000, 5_500_000][Int(dice.next() % 4)])
        case ..<880: wishAny(&dice)
        case ..<920: playAny(&dice)
        case ..<945: duplicateAny(&dice)
        case ..<965: loseAny(&dice)
        case ..<985: fault(&dice)
        default: interfere(&dice)
        }
        checkState()
    }

    private mutating func deliverAny(_ dice: inout SeededGenerator) {
        guard let index = pick(&dice) else { return tickAny(&dice) }
        let envelope = flight[index]
        guard !isPaused(envelope.to) else { return }
        flight.remove(at: index)
        note("deliver \(envelope)")
        deliver(envelope)
    }

    /// A message on its way; of a stream the first.
    private func pick(_ dice: inout SeededGenerator) -> Int? {
        guard !flight.isEmpty else { return nil }
        var index = 0
        for _ in 0..<3 {
            index = Int(dice.next() % UInt64(flight.count))
            if !flight[index].isNoise { break }
        }
        let envelope = flight[index]
        guard envelope.isStreamed else { return index }
        return flight.firstIndex {
            $0.isStreamed && $0.from == envelope.from && $0.to == envelope.to
        }
    }

    private func isPaused(_ party: Party) -> Bool {
        switch party {
        case .zone(let index): zones[index].pausedUntil > now
        case .world(let index): worlds[index].pausedUntil > now
        case .client, .store: false
        }
    }

    mutating func deliver(_ envelope: Envelope) {
        switch envelope.to {
        case .zone(let index): deliver(envelope, toZone: index)
        case .world(let index): deliver(envelope, toWorld: index)
        case .client(let index): deliver(envelope, toClient: index)
        case .store:
            if case .request(let request, let asker) = envelope.payload {
                deliver(envelope, toStore: request, asker)
            }
        }
    }

    private mutating func tickAny(_ dice: inout SeededGenerator) {
        let index = Int(dice.next() % UInt64(zones.count))
        let fails = dice.next() % 64 == 0
        note("tick zone \(index)" + (fails ? ", arrivals fail" : ""))
        tick(index, failsArrivals: fails)
    }

    /// Time passes, and everyone's timers fire.
    mutating func pass(_ microseconds: Int64) {
        now += microseconds
        note("\(microseconds / 1_000) ms pass")
        for index in zones.indices where zones[index].isUp && zones[index].pausedUntil <= now {
            let at = clock(.zone(index))
            var effects = zoneEffects
            zones[index].machine.timeout(at: at, into: &effects)
            perform(&effects, of: index, world: .store)
            unsealSilent(index, at)
            if zones[index].isUp { checkSeats(index) }
        }
        for index in worlds.indices where worlds[index].pausedUntil <= now {
            var effects = worldEffects
            worlds[index].machine.timeout(at: clock(.world(index)), into: &effects)
            perform(&effects, ofWorld: index)
        }
        for index in clients.indices where !clients[index].isGone {
            var effects = clientEffects
            clients[index].follower.timeout(at: clock(.client(index)), into: &effects)
            perform(&effects, ofClient: index)
        }
    }

    /// A player comes near a border, or turns back.
    private mutating func wishAny(_ dice: inout SeededGenerator) {
        let index = Int(dice.next() % UInt64(zones.count))
        guard zones[index].isUp, !zones[index].players.isEmpty else { return }
        let at = clock(.zone(index))
        let player = Int(dice.next() % UInt64(zones[index].players.count))
        let character = zones[index].players[player].character
        var effects = zoneEffects
        guard zones[index].players[player].wish != nil, dice.next() % 8 == 0 else {
            let other = (index + 1 + Int(dice.next() % UInt64(zones.count - 1))) % zones.count
            return wish(player, of: index, other)
        }
        note("\(character) turns back in zone \(index)")
        zones[index].machine.turnBack(character, at: at, into: &effects)
        zones[index].players[player].wish = nil
        perform(&effects, of: index, world: .store)
    }

    /// A player comes near the border of another zone.
    mutating func wish(_ player: Int, of index: Int, _ other: Int) {
        // The zone knows the others' processes from the realm's list.
        guard zones[other].isUp, let process = zones[other].process else { return }
        let character = zones[index].players[player].character
        note("\(character) wants to cross from zone \(index) to zone \(other)")
        var effects = zoneEffects
        zones[index].machine.prepare(
            character, for: process, mark: random.next(), at: clock(.zone(index)), into: &effects)
        zones[index].players[player].wish = other
        perform(&effects, of: index, world: .store)
    }

    private mutating func playAny(_ dice: inout SeededGenerator) {
        let index = Int(dice.next() % UInt64(clients.count))
        guard clients[index].follower.isPlaying, !clients[index].isGone else { return }
        clients[index].sent += 1
        note("client \(index) sends request \(clients[index].sent)")
        play(clients[index].sent, index)
    }

    private mutating func duplicateAny(_ dice: inout SeededGenerator) {
        guard let index = pick(&dice), !flight[index].isStreamed else { return }
        let envelope = flight[index]
        note("duplicate \(envelope)")
        send(envelope.payload, from: envelope.from, to: envelope.to)
    }

    private mutating func loseAny(_ dice: inout SeededGenerator) {
        guard let index = pick(&dice) else { return }
        let envelope = flight.remove(at: index)
        note("lose \(envelope)")
        guard envelope.isStreamed else { return }
        breakConnection(envelope)
    }

    /// A stream that lost something is over, with all that was on it.
    private mutating func breakConnection(_ envelope: Envelope) {
        let (client, zone): (Int, Int)
        switch (envelope.from, envelope.to) {
        case (.client(let from), .zone(let to)): (client, zone) = (from, to)
        case (.zone(let from), .client(let to)): (client, zone) = (to, from)
        default: return
        }
        flight.removeAll {
            $0.isStreamed
                && ($0.from == envelope.from && $0.to == envelope.to
                    || $0.from == envelope.to && $0.to == envelope.from)
        }
        for player in zones[zone].players.indices where zones[zone].players[player].client == client
        {
            zones[zone].players[player].client = nil
        }
        guard let process = clients[client].follower.current?.process,
            process.zone == Self.names[zone]
        else { return }
        var effects = clientEffects
        clients[client].follower.disconnected(
            from: process, at: clock(.client(client)), into: &effects)
        perform(&effects, ofClient: client)
    }
}
