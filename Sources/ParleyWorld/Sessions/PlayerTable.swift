package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// Who is to get a snapshot, where, and the newest of their commands that it knows.
package struct PlainSnapshotRecipient: Hashable, Sendable {
    package let address: SocketAddress
    package let acknowledged: UInt32
}

/// Which predicting client is to be shown the world, and what it is to be told beside.
package struct SnapshotRecipient: Hashable, Sendable {
    package let player: PlayerID
    package let address: SocketAddress
    package let report: CommandReport
    package let acknowledgement: SnapshotAcknowledgement?
}

/// What a server knows about its players, as a value: bytes and times go in, events come out.
///
/// In a world where some predict (``init(limits:hold:)``), each step has one command of everybody.
///
/// A player is admitted over TCP and given a token. Whoever sends the token over UDP is the player:
/// the first valid datagram binds the address it came from, and a later one from elsewhere moves
/// it, but only a ping or a command newer than all before it, so that a repeated old datagram
/// cannot.
package struct PlayerTable<Command: DatagramDecodable & Sendable>: Sendable {
    private let limits: PlayerLimits
    private let standIn: CommandStandIn<Command>?
    /// In the order of joining, as the two that follow.
    private var seats: [PlayerSeat] = []
    private var inputs: [PlayerInput<Command>] = []
    private var tokens: [SessionToken: PlayerID] = [:]
    private var names: Set<String> = []
    private var nextID: UInt32 = 1

    /// Everybody in the order of joining, which is that of their numbers: no dictionary's order ever
    /// reaches the world.
    package private(set) var order: [PlayerID] = []

    /// Whose commands wait, each once: at most ticks those of few.
    private var senders: [PlayerID] = []

    /// How many players have commands waiting.
    package var sendingPlayers: Int { senders.count }

    /// How often a player's UDP address moved.
    package private(set) var rebindings = 0

    /// A table without players.
    ///
    /// - Parameters:
    ///   - limits: What players are held to.
    ///   - standIn: What is done where a command is missing, in a world where some predict.
    package init(limits: PlayerLimits = PlayerLimits(), standIn: CommandStandIn<Command>? = nil) {
        self.limits = limits
        self.standIn = standIn
    }

    /// The player of this number.
    package subscript(id: PlayerID) -> Player? { place(of: id).map { seats[$0].player } }

    /// Where a player's UDP goes, nil before the first valid datagram.
    package func address(of id: PlayerID) -> SocketAddress? {
        place(of: id).flatMap { seats[$0].address }
    }

    /// Where a player is in all that is kept in the order of joining.
    private func place(of id: PlayerID) -> Int? {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < order.count && order[low] == id ? low : nil
    }

    /// Gives a seat to somebody of this name, which may get a number behind it.
    ///
    /// - Throws: What to tell who cannot be let in.
    package mutating func admit(
        name: String, token: SessionToken, at now: NetworkInstant
    ) throws(JoinRefusal) -> Player {
        if let complaint = PlayerName.complaint(about: name) { throw JoinRefusal(complaint) }
        guard order.count < limits.players else {
            throw JoinRefusal("the server is full: \(limits.players) players")
        }
        guard tokens[token] == nil, nextID < UInt32.max else {
            throw JoinRefusal("the server has no number for another player")
        }
        let unique = PlayerName.unique(name) { names.contains($0) }
        let player = Player(id: PlayerID(rawValue: nextID), name: unique)
        nextID += 1
        seats.append(PlayerSeat(player: player, token: token, limits: limits, at: now))
        inputs.append(PlayerInput(capacity: limits.commandsPerTick, standIn: standIn))
        tokens[token] = player.id
        names.insert(unique)
        order.append(player.id)
        return player
    }

    /// The player's client predicts: its commands come by tick, from the one after this on.
    package mutating func predict(
        _ id: PlayerID, tickRate: Int, after tick: Tick, at now: NetworkInstant
    ) {
        guard let place = place(of: id) else { return }
        inputs[place].predict(tickRate: tickRate, after: tick, at: now)
        seats[place].isPredicting = inputs[place].isPredicting
    }

    /// Forgets a player; the token is nobody's from now on.
    package mutating func remove(_ id: PlayerID) {
        guard let place = place(of: id) else { return }
        let seat = seats.remove(at: place)
        inputs.remove(at: place)
        order.remove(at: place)
        tokens[seat.token] = nil
        names.remove(seat.player.name)
        senders.removeAll { $0 == id }
    }

    /// Something came from the player over TCP.
    package mutating func heard(from id: PlayerID, at now: NetworkInstant) {
        guard let place = place(of: id) else { return }
        seats[place].lastHeard = now
    }

    /// When the player may make another request, which is taken when that is now.
    package mutating func nextRequest(of id: PlayerID, at now: NetworkInstant) -> NetworkInstant {
        guard let place = place(of: id) else { return now }
        return seats[place].requests.next(now: now)
    }

    /// Sends nothing any more to those of these players who were not heard over UDP for so long.
    package mutating func mute(
        _ players: [PlayerID], after silence: Duration, at now: NetworkInstant
    ) {
        for place in players.lazy.compactMap(place(of:)) {
            seats[place].mute(after: silence, at: now)
        }
    }

    /// A player who was away is back.
    package mutating func comeBack(_ id: PlayerID, at now: NetworkInstant) {
        guard let place = place(of: id) else { return }
        seats[place].comeBack(at: now)
    }

    /// Whether the player's client predicts.
    package func isPredicting(_ id: PlayerID) -> Bool {
        place(of: id).map { seats[$0].isPredicting } ?? false
    }

    /// Those from whom nothing came for so long.
    package func idlePlayers(for timeout: Duration, at now: NetworkInstant) -> [PlayerID] {
        players(where: { $0.lastHeard.duration(to: now) >= timeout })
    }

    /// Takes a step's commands: by player in the order of joining, then by sequence.
    ///
    /// - Parameters:
    ///   - tick: The step's.
    ///   - now: When the step is run.
    package mutating func takeCommands(
        for tick: Tick, at now: NetworkInstant
    ) -> [PlayerCommand<Command>] {
        guard standIn != nil else { return takeAllCommands() }
        senders.removeAll(keepingCapacity: true)
        var commands: [PlayerCommand<Command>] = []
        commands.reserveCapacity(order.count)
        for (place, id) in order.enumerated() {
            // In place: a copy of somebody's input would be dear, a thousand times a tick.
            guard let command = inputs[place].take(tick, of: id, at: now) else { continue }
            commands.append(command)
        }
        return commands
    }

    private mutating func takeAllCommands() -> [PlayerCommand<Command>] {
        // Numbers are given in the order of joining.
        senders.sort()
        var commands: [PlayerCommand<Command>] = []
        for id in senders {
            guard let place = place(of: id) else { continue }
            inputs[place].inbox.takeAll(of: id, into: &commands)
        }
        senders.removeAll(keepingCapacity: true)
        return commands
    }

    /// Every plain client whose UDP address is known and not hushed.
    package var recipients: [PlainSnapshotRecipient] {
        seats.indices.compactMap { place in
            guard let address = seats[place].address, !seats[place].isPredicting,
                !seats[place].isMuted
            else { return nil }
            return PlainSnapshotRecipient(
                address: address, acknowledged: inputs[place].inbox.newestApplied)
        }
    }

    /// Whether anybody is there whose client does not predict.
    package var hasPlainPlayers: Bool { seats.contains { !$0.isPredicting } }

    /// Everybody whose client predicts, in the order of joining.
    package var predictingPlayers: [PlayerID] { players(where: \.isPredicting) }

    /// Those to whom nothing is sent for now, and who go on later with what they have.
    package var mutedPlayers: Set<PlayerID> { Set(players(where: \.isMuted)) }

    private func players(where isWanted: (PlayerSeat) -> Bool) -> [PlayerID] {
        seats.indices.compactMap { isWanted(seats[$0]) ? order[$0] : nil }
    }

    /// Every predicting client whose UDP address is known and not hushed; the next reports on commands
    /// start anew.
    package mutating func takeSnapshotRecipients() -> [SnapshotRecipient] {
        var recipients: [SnapshotRecipient] = []
        for (place, id) in order.enumerated() {
            guard !seats[place].isMuted, let address = seats[place].address,
                let (report, acknowledgement) = inputs[place].takeReport()
            else { continue }
            recipients.append(
                SnapshotRecipient(
                    player: id, address: address, report: report,
                    acknowledgement: acknowledgement))
        }
        return recipients
    }

    /// What became of a predicting client's commands.
    package func commandStatistics(of id: PlayerID) -> CommandStatistics? {
        place(of: id).flatMap { inputs[$0].statistics }
    }

    /// A UDP datagram arrived.
    package mutating func receive(
        _ datagram: Datagram, from address: SocketAddress, at now: NetworkInstant
    ) -> PacketOutcome {
        var reader = datagram.reader
        guard let bits = try? reader.read(UInt64.self) else { return .malformed(nil) }
        guard let id = tokens[SessionToken(rawValue: bits)], let place = place(of: id) else {
            return .unknownToken
        }
        let hadNone = !seats[place].isPredicting && inputs[place].inbox.isEmpty
        let outcome = seats[place].receive(
            datagram, from: address, at: now, into: &inputs[place], rebindings: &rebindings)
        if hadNone, case .command = outcome { senders.append(id) }
        return outcome
    }
}
