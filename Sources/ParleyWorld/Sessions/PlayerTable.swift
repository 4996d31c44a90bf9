package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// Who is to get a snapshot, where, and the newest of their commands that it knows.
package struct SnapshotRecipient: Hashable, Sendable {
    package let address: SocketAddress
    package let acknowledged: UInt32
}

/// Which predicting client is to be shown the world, and what it is to be told beside.
package struct ShowRecipient: Hashable, Sendable {
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
    private let hold: CommandHold<Command>?
    private var seats: [PlayerID: PlayerSeat<Command>] = [:]
    private var tokens: [SessionToken: PlayerID] = [:]
    private var names: Set<String> = []
    private var nextID: UInt32 = 1

    /// Everybody in the order of joining: no dictionary's order ever reaches the world.
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
    ///   - hold: What is done where a command is missing, in a world where some predict.
    package init(limits: PlayerLimits = PlayerLimits(), hold: CommandHold<Command>? = nil) {
        self.limits = limits
        self.hold = hold
    }

    /// The player of this number.
    package subscript(id: PlayerID) -> Player? { seats[id]?.player }

    /// Where a player's UDP goes, nil before the first valid datagram.
    package func address(of id: PlayerID) -> SocketAddress? { seats[id]?.address }

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
        seats[player.id] = PlayerSeat(
            player: player, token: token, limits: limits, hold: hold, at: now)
        tokens[token] = player.id
        names.insert(unique)
        order.append(player.id)
        return player
    }

    /// The player's client predicts: its commands come by tick, from the one after this on.
    package mutating func predict(
        _ id: PlayerID, tickRate: Int, after tick: Tick, at now: NetworkInstant
    ) {
        seats[id]?.input.predict(tickRate: tickRate, after: tick, at: now)
    }

    /// Forgets a player; the token is nobody's from now on.
    package mutating func remove(_ id: PlayerID) {
        guard let seat = seats.removeValue(forKey: id) else { return }
        tokens[seat.token] = nil
        names.remove(seat.player.name)
        order.removeAll { $0 == id }
        senders.removeAll { $0 == id }
    }

    /// Something came from the player over TCP.
    package mutating func heard(from id: PlayerID, at now: NetworkInstant) {
        seats[id]?.lastHeard = now
    }

    /// When the player may make another request, which is taken when that is now.
    package mutating func nextRequest(of id: PlayerID, at now: NetworkInstant) -> NetworkInstant {
        seats[id]?.requests.next(now: now) ?? now
    }

    /// Sends nothing any more to those of these players who were not heard over UDP for so long.
    package mutating func hush(
        _ players: [PlayerID], after silence: Duration, at now: NetworkInstant
    ) {
        for id in players { seats[id]?.hush(after: silence, at: now) }
    }

    /// A player who was away is back.
    package mutating func comeBack(_ id: PlayerID, at now: NetworkInstant) {
        seats[id]?.comeBack(at: now)
    }

    /// Whether the player's client predicts.
    package func isPredicting(_ id: PlayerID) -> Bool { seats[id]?.input.isPredicting ?? false }

    /// Those from whom nothing came for so long.
    package func idlePlayers(for timeout: Duration, at now: NetworkInstant) -> [PlayerID] {
        order.filter { id in
            guard let seat = seats[id] else { return false }
            return seat.lastHeard.duration(to: now) >= timeout
        }
    }

    /// Takes a step's commands: by player in the order of joining, then by sequence.
    ///
    /// - Parameters:
    ///   - tick: The step's.
    ///   - now: When the step is run.
    package mutating func takeCommands(
        for tick: Tick, at now: NetworkInstant
    ) -> [PlayerCommand<Command>] {
        guard hold != nil else { return takeAllCommands() }
        senders.removeAll(keepingCapacity: true)
        return order.compactMap { seats[$0]?.input.take(tick, of: $0, at: now) }
    }

    private mutating func takeAllCommands() -> [PlayerCommand<Command>] {
        // Numbers are given in the order of joining.
        senders.sort()
        var commands: [PlayerCommand<Command>] = []
        for id in senders { seats[id]?.input.inbox.takeAll(of: id, into: &commands) }
        senders.removeAll(keepingCapacity: true)
        return commands
    }

    /// Every plain client whose UDP address is known and not hushed.
    package var recipients: [SnapshotRecipient] {
        order.compactMap { id in
            guard let seat = seats[id], let address = seat.address,
                !seat.input.isPredicting, !seat.isHushed
            else { return nil }
            return SnapshotRecipient(
                address: address, acknowledged: seat.input.inbox.newestApplied)
        }
    }

    /// Whether anybody is there whose client does not predict.
    package var hasPlainPlayers: Bool { seats.values.contains { !$0.input.isPredicting } }

    /// Everybody whose client predicts, in the order of joining.
    package var predictingPlayers: [PlayerID] {
        order.filter { seats[$0]?.input.isPredicting ?? false }
    }

    /// Those to whom nothing is sent for now, and who go on later with what they have.
    package var hushedPlayers: Set<PlayerID> {
        Set(order.filter { seats[$0]?.isHushed ?? false })
    }

    /// Every predicting client whose UDP address is known and not hushed; the next reports on commands
    /// start anew.
    package mutating func takeShowRecipients() -> [ShowRecipient] {
        order.compactMap { id in
            guard let seat = seats[id], !seat.isHushed, let address = seat.address,
                let report = seats[id]?.input.queue?.takeReport()
            else { return nil }
            return ShowRecipient(
                player: id, address: address, report: report,
                acknowledgement: seats[id]?.input.acknowledgement)
        }
    }

    /// What became of a predicting client's commands.
    package func commandStatistics(of id: PlayerID) -> CommandStatistics? {
        seats[id]?.input.queue?.statistics
    }

    /// A UDP datagram arrived.
    package mutating func receive(
        _ datagram: Datagram, from address: SocketAddress, at now: NetworkInstant
    ) -> PacketOutcome {
        var reader = datagram.reader
        guard let bits = try? reader.read(UInt64.self) else { return .malformed(nil) }
        guard let id = tokens[SessionToken(rawValue: bits)] else { return .unknownToken }
        let hadNone = seats[id]?.input.inbox.isEmpty ?? false
        let outcome = seats[id]?.receive(datagram, from: address, at: now, rebindings: &rebindings)
        if hadNone, case .command? = outcome { senders.append(id) }
        return outcome ?? .unknownToken
    }
}
