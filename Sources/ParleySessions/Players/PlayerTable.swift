package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// A server's players, as a value: bytes and times go in, outcomes come out.
///
/// It knows no game. Commands stay bytes until a step takes them, and the game decodes them then. In a
/// world with predicting clients each step has one command of every player.
///
/// A player is admitted over TCP and given the number of a session, and keys. A datagram with that number which the keys
/// open is the player's. ``PacketLink`` decides where the player is, and what is sent there.
package struct PlayerTable: Sendable {
    private let limits: PlayerLimits
    private let isPredicted: Bool
    /// In the order of joining, like the inputs.
    private var seats: [PlayerSeat] = []
    private var inputs: [PlayerInput] = []
    private var slots: SlotTable
    /// Memory for a datagram's plaintext.
    private var scratch = Datagram(minimumCapacity: SessionPackets.maximumCount)
    /// The keys of the names (``PlayerName/key(of:)``).
    private var names: Set<String> = []
    private var nextID: UInt32 = 1

    /// All players in the order of joining, which is that of their numbers. No dictionary's order
    /// ever reaches the world.
    package private(set) var order: [PlayerID] = []

    /// The players whose commands wait, each once: few in most ticks.
    private var senders: [PlayerID] = []

    /// How many players have commands waiting.
    package var sendingPlayers: Int { senders.count }

    /// How often the UDP addresses of players moved who have left.
    private var earlierMoves: UInt64 = 0

    /// How often a player's UDP address moved.
    package var rebindings: UInt64 {
        seats.reduce(earlierMoves) { $0 + $1.link.moves }
    }

    /// The totals of predicting clients' commands, including those of players that left.
    package private(set) var commandTotals = CommandTotals()

    /// A table without players.
    ///
    /// - Parameters:
    ///   - limits: The limits for each player.
    ///   - isPredicted: Whether clients may predict, and each step has one command of every player.
    ///   - start: Random bits, by which the numbers of two servers' sessions differ.
    package init(
        limits: PlayerLimits = PlayerLimits(), isPredicted: Bool = false, start: UInt64 = 0
    ) {
        self.limits = limits
        slots = SlotTable(players: limits.players, start: start)
        self.isPredicted = isPredicted
    }

    /// The player of this number.
    package subscript(id: PlayerID) -> Player? { place(of: id).map { seats[$0].player } }

    /// Where a player's UDP goes, nil before the first valid datagram.
    package func address(of id: PlayerID) -> SocketAddress? {
        place(of: id).flatMap { seats[$0].link.address }
    }

    /// A player's packets.
    package func link(of id: PlayerID) -> PacketLink? { place(of: id).map { seats[$0].link } }

    /// Whether packets of a player have come.
    package func isHeard(_ id: PlayerID) -> Bool {
        place(of: id).map { seats[$0].isHeard } ?? false
    }

    /// A player's index in all arrays that are in the order of joining.
    private func place(of id: PlayerID) -> Int? {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < order.count && order[low] == id ? low : nil
    }

    /// Gives a player a seat. A name in use gets a number.
    ///
    /// - Parameters:
    ///   - name: The name that the player asks for.
    ///   - now: The time.
    ///   - makeLink: Makes the packets of the session with this number.
    /// - Throws: The reason for the player if there is no seat.
    package mutating func admit(
        name: String, at now: NetworkInstant, makeLink: (SessionNumber) -> PacketLink
    ) throws(JoinRefusal) -> Player {
        if let complaint = PlayerName.complaint(about: name) { throw JoinRefusal(complaint) }
        guard order.count < limits.players else {
            throw JoinRefusal("the server is full: \(limits.players) players")
        }
        guard nextID < UInt32.max, let session = slots.take(for: order.count) else {
            throw JoinRefusal("the server has no number for another player")
        }
        let unique = PlayerName.unique(name) { names.contains($0) }
        let player = Player(id: PlayerID(rawValue: nextID), name: unique)
        nextID += 1
        seats.append(
            PlayerSeat(player: player, link: makeLink(session), limits: limits, at: now))
        inputs.append(PlayerInput(limits))
        names.insert(PlayerName.key(of: unique))
        order.append(player.id)
        return player
    }

    /// Expects a player's commands by tick, from the tick after this on, as a predicting client
    /// sends them.
    package mutating func predict(
        _ id: PlayerID, tickRate: Int, after tick: Tick, at now: NetworkInstant
    ) {
        guard isPredicted, let place = place(of: id) else { return }
        inputs[place].predict(tickRate: tickRate, after: tick, at: now)
        seats[place].isPredicting = inputs[place].isPredicting
    }

    /// Removes a player, whose session's number is unknown from now on.
    package mutating func remove(_ id: PlayerID) {
        guard let place = place(of: id) else { return }
        let seat = seats.remove(at: place)
        inputs.remove(at: place)
        order.remove(at: place)
        slots.release(seat.link.session)
        earlierMoves += seat.link.moves
        names.remove(PlayerName.key(of: seat.player.name))
        senders.removeAll { $0 == id }
    }

    /// Notes that something came from the player over TCP.
    package mutating func heard(from id: PlayerID, at now: NetworkInstant) {
        guard let place = place(of: id) else { return }
        seats[place].lastHeard = now
    }

    /// Asks for a request of a player.
    ///
    /// - Returns: `now` if the request is taken; else when the player may make one.
    package mutating func nextRequest(of id: PlayerID, at now: NetworkInstant) -> NetworkInstant {
        guard let place = place(of: id) else { return now }
        return seats[place].requests.next(now: now)
    }

    /// Asks to look at a player's packet that came through the tunnel.
    ///
    /// - Returns: `now` if it is looked at; else when it may be.
    package mutating func nextTunnelled(of id: PlayerID, at now: NetworkInstant) -> NetworkInstant {
        guard let place = place(of: id) else { return now }
        return seats[place].tunnelled.next(now: now)
    }

    /// Stops sending to those of these players who were not heard over UDP for so long.
    package mutating func mute(
        _ players: [PlayerID], after silence: Duration, at now: NetworkInstant
    ) {
        for place in players.lazy.compactMap(place(of:)) {
            seats[place].mute(after: silence, at: now)
        }
    }

    /// Notes that a player who was away is back.
    package mutating func comeBack(_ id: PlayerID, at now: NetworkInstant) {
        guard let place = place(of: id) else { return }
        seats[place].comeBack(at: now)
    }

    /// Whether the player's client predicts.
    package func isPredicting(_ id: PlayerID) -> Bool {
        place(of: id).map { seats[$0].isPredicting } ?? false
    }

    /// The players from whom nothing came for so long.
    package func idlePlayers(for timeout: Duration, at now: NetworkInstant) -> [PlayerID] {
        players { seats[$0].lastHeard.duration(to: now) >= timeout }
    }

    /// Takes a step's commands: by player in the order of joining, then by sequence.
    ///
    /// - Parameters:
    ///   - tick: The step's.
    ///   - now: When the step is run.
    ///   - commands: Gets them, instead of what it had.
    package mutating func takeCommands(
        for tick: Tick, at now: NetworkInstant, into commands: inout EncodedCommands
    ) {
        commands.removeAll()
        if isPredicted {
            for place in order.indices {
                // In place: a copy of an input would be dear, a thousand times a tick.
                inputs[place].takeOne(for: tick, of: order[place], at: now, into: &commands)
            }
        } else {
            // Numbers are given in the order of joining.
            senders.sort()
            for id in senders {
                guard let place = place(of: id) else { continue }
                inputs[place].takeAll(of: id, into: &commands)
            }
        }
        senders.removeAll(keepingCapacity: true)
    }

    /// Counts the commands that the players had in a step.
    ///
    /// - Parameter commands: The step's, after they were decoded.
    package mutating func count(_ commands: EncodedCommands) {
        guard isPredicted else { return }
        var place = 0
        for entry in commands.entries {
            while place < order.count, order[place] < entry.player { place += 1 }
            guard place < order.count, order[place] == entry.player else { continue }
            inputs[place].count(entry.origin, in: &commandTotals)
        }
    }

    /// All plain clients to which sending has not stopped.
    package var recipients: [PlainSnapshotRecipient] {
        seats.indices.compactMap { place in
            guard !seats[place].isPredicting, !seats[place].isMuted else { return nil }
            return PlainSnapshotRecipient(
                link: seats[place].link, acknowledged: inputs[place].inbox.newestApplied)
        }
    }

    /// Whether there is a player whose client does not predict.
    package var hasPlainPlayers: Bool { seats.contains { !$0.isPredicting } }

    /// The players whose clients predict, in the order of joining.
    package var predictingPlayers: [PlayerID] { players { seats[$0].isPredicting } }

    /// The players whose clients predict and that satisfy a condition, in the order of joining.
    package func predictingPlayers(where isWanted: (PlayerID) -> Bool) -> [PlayerID] {
        order.indices.compactMap { place in
            isWanted(order[place]) && seats[place].isPredicting ? order[place] : nil
        }
    }

    /// The players to whom nothing is sent for now. Their clients keep what they have.
    package var mutedPlayers: Set<PlayerID> { Set(players { seats[$0].isMuted }) }

    /// The players at the places that satisfy a condition. It is given the place: a seat would be copied for it, with all that it
    /// refers to.
    private func players(where isWanted: (Int) -> Bool) -> [PlayerID] {
        order.indices.compactMap { isWanted($0) ? order[$0] : nil }
    }

    /// Those of these predicting clients that are not muted. Their next reports on commands start anew.
    ///
    /// - Parameter players: In the order of joining.
    package mutating func takeSnapshotRecipients(among players: [PlayerID]) -> [SnapshotRecipient] {
        var recipients: [SnapshotRecipient] = []
        recipients.reserveCapacity(players.count)
        var place = 0
        for player in players {
            while place < order.count, order[place] < player { place += 1 }
            guard place < order.count, order[place] == player, !seats[place].isMuted,
                let (report, acknowledgement) = inputs[place].takeReport()
            else { continue }
            recipients.append(
                SnapshotRecipient(
                    player: player, link: seats[place].link, report: report,
                    acknowledgement: acknowledgement))
        }
        return recipients
    }

    /// The statistics of a predicting client's commands.
    package func commandStatistics(of id: PlayerID) -> CommandStatistics? {
        place(of: id).flatMap { inputs[$0].statistics }
    }

    /// Takes a UDP datagram that arrived.
    ///
    /// - Parameters:
    ///   - datagram: All of it.
    ///   - address: Where it came from.
    ///   - local: The local address to which it was sent, from which the player is answered.
    ///   - now: When it is taken.
    ///   - tick: The newest tick, which answers to pings tell.
    ///   - touched: Gets the player's packets if they have something to send at once.
    package mutating func receive(
        _ datagram: Datagram, from address: SocketAddress, to local: SocketAddress?,
        at now: NetworkInstant, tick: Tick, touched: inout [PacketLink]
    ) -> PacketOutcome {
        let header: PacketHeader
        do throws(PacketDrop) { header = try PacketHeader(datagram) } catch { return .foreign }
        guard let place = slots.place(of: header.session) else { return .unknownSession }
        let hadNone = !seats[place].isPredicting && inputs[place].inbox.isEmpty
        var wantsAnswer = false
        let outcome = seats[place].receive(
            datagram, header, from: address, to: local, at: now, tick: tick,
            into: &inputs[place], scratch: &scratch, wantsAnswer: &wantsAnswer)
        if hadNone, case .command = outcome { senders.append(order[place]) }
        if wantsAnswer { touched.append(seats[place].link) }
        return outcome
    }

    /// Takes a packet of a player that came through the tunnel.
    package mutating func receiveTunnelled(
        _ packet: Datagram, from id: PlayerID, at now: NetworkInstant, tick: Tick
    ) -> PacketOutcome {
        guard let place = place(of: id) else { return .unknownSession }
        let hadNone = !seats[place].isPredicting && inputs[place].inbox.isEmpty
        let outcome = seats[place].receiveTunnelled(
            packet, at: now, tick: tick, into: &inputs[place])
        if hadNone, case .command = outcome { senders.append(id) }
        return outcome
    }

    /// The players whose sessions have to end, because so many of their packets were forged.
    package var exhaustedPlayers: [PlayerID] { players { seats[$0].link.isExhausted } }

    /// The packets of all players.
    package var links: [PacketLink] { seats.map { $0.link } }
}
