package import ParleyDatagrams
package import ParleySockets

/// Who is to get a snapshot, where, and the newest of their commands that it knows.
package struct SnapshotRecipient: Hashable, Sendable {
    package let address: SocketAddress
    package let acknowledged: UInt32
}

/// What a server knows about its players, as a value: bytes and times go in, events come out.
///
/// A player is admitted over TCP and given a token. Whoever sends the token over UDP is the player:
/// the first valid datagram binds the address it came from, and a later one from elsewhere moves
/// it, but only a ping or a command newer than all before it, so that a repeated old datagram
/// cannot.
package struct PlayerTable<Command: DatagramDecodable & Sendable>: Sendable {
    private let limits: PlayerLimits
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
    package init(limits: PlayerLimits = PlayerLimits()) {
        self.limits = limits
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
        seats[player.id] = PlayerSeat(player: player, token: token, limits: limits, at: now)
        tokens[token] = player.id
        names.insert(unique)
        order.append(player.id)
        return player
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

    /// Whether the player may make another request now.
    package mutating func allowRequest(of id: PlayerID, at now: NetworkInstant) -> Bool {
        seats[id]?.requests.take(at: now) ?? false
    }

    /// Those from whom nothing came for so long.
    package func idlePlayers(for timeout: Duration, at now: NetworkInstant) -> [PlayerID] {
        order.filter { id in
            guard let seat = seats[id] else { return false }
            return seat.lastHeard.duration(to: now) >= timeout
        }
    }

    /// Takes everybody's commands: by player in the order of joining, then by sequence.
    package mutating func takeCommands() -> [PlayerCommand<Command>] {
        // Numbers are given in the order of joining.
        senders.sort()
        var commands: [PlayerCommand<Command>] = []
        for id in senders { seats[id]?.inbox.takeAll(of: id, into: &commands) }
        senders.removeAll(keepingCapacity: true)
        return commands
    }

    /// Everybody whose UDP address is known.
    package var recipients: [SnapshotRecipient] {
        order.compactMap { id in
            guard let seat = seats[id], let address = seat.address else { return nil }
            return SnapshotRecipient(address: address, acknowledged: seat.inbox.newestApplied)
        }
    }

    /// A UDP datagram arrived.
    package mutating func receive(
        _ datagram: Datagram, from address: SocketAddress, at now: NetworkInstant
    ) -> PacketOutcome {
        var reader = datagram.reader
        guard let bits = try? reader.read(UInt64.self) else { return .malformed(nil) }
        guard let id = tokens[SessionToken(rawValue: bits)] else { return .unknownToken }
        let hadNone = seats[id]?.inbox.isEmpty ?? false
        let outcome = seats[id]?.receive(datagram, from: address, at: now, rebindings: &rebindings)
        if hadNone, case .command? = outcome { senders.append(id) }
        return outcome ?? .unknownToken
    }
}
