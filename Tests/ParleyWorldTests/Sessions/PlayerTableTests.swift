import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import ParleyWorld
import TestSupport
import Testing

@Suite struct PlayerTableTests {
    private typealias Table = PlayerTable
    private let steps = StepDecoder<PlayerID>()
    private let home = SocketAddress.loopback(port: 1_000)
    private let away = SocketAddress.loopback(port: 2_000)
    private let start = NetworkInstant(nanoseconds: 0)

    private func command(
        _ sequence: UInt32, _ packets: RawPackets, at now: NetworkInstant? = nil
    ) throws -> Datagram {
        try packets.command(
            PlayerID(rawValue: sequence * 10), sequence: sequence, at: now ?? start)
    }

    private func tableWithAnn(
        limits: PlayerLimits = PlayerLimits()
    ) throws -> (Table, PlayerID, RawPackets) {
        var table = Table(limits: limits)
        let (ann, packets) = try table.admit(name: "Ann", at: start)
        return (table, ann.id, packets)
    }

    /// What the server sends of its own to a player, where it goes.
    private func advance(
        _ table: Table, _ id: PlayerID, to now: NetworkInstant
    ) throws -> [(packet: Datagram, address: SocketAddress)] {
        var random = SeededGenerator(seed: 1)
        var deliveries: [PacketDelivery] = []
        try #require(table.link(of: id)).advance(to: now, random: &random, into: &deliveries)
        return deliveries.compactMap {
            guard case .udp(let packet, let path) = $0 else { return nil }
            return (packet, path.remote)
        }
    }

    /// The player answers what came to an address.
    private func answer(
        _ sent: [(packet: Datagram, address: SocketAddress)], to address: SocketAddress,
        _ packets: RawPackets, in table: inout Table, at now: NetworkInstant
    ) throws {
        for (packet, place) in sent where place == address {
            var replies: [Datagram] = []
            _ = try packets.open(packet, at: now, replies: &replies)
            for reply in replies { _ = table.receive(reply, from: address, at: now) }
        }
    }

    @Test func numbersAndNamesAreNeverShared() throws {
        var table = Table()
        var players: [Player] = []
        var sessions: Set<SessionNumber> = []
        for _ in 0..<4 {
            let (player, packets) = try table.admit(name: "Ann", at: start)
            players.append(player)
            sessions.insert(packets.session)
        }
        #expect(players.map(\.name) == ["Ann", "Ann 2", "Ann 3", "Ann 4"])
        #expect(players.map(\.id.rawValue) == [1, 2, 3, 4])
        table.remove(players[1].id)
        let (next, packets) = try table.admit(name: "Ann", at: start)
        #expect(next.name == "Ann 2")
        #expect(next.id.rawValue == 5)
        #expect(table.order.map(\.rawValue) == [1, 3, 4, 5])
        #expect(sessions.count == 4 && !sessions.contains(packets.session))
    }

    @Test func aFullServerRefuses() throws {
        var limits = PlayerLimits()
        limits.players = 1
        var (table, ann, _) = try tableWithAnn(limits: limits)
        #expect(throws: JoinRefusal("the server is full: 1 players")) {
            try table.admit(name: "Bob", at: start)
        }
        table.remove(ann)
        #expect(throws: Never.self) { try table.admit(name: "Bob", at: start) }
    }

    @Test func theFirstPacketBindsAndOnlyNewerOnesMove() throws {
        var (table, ann, packets) = try tableWithAnn()
        #expect(table.address(of: ann) == nil)
        let older = try command(4, packets)
        let first = try command(5, packets)
        #expect(table.receive(first, from: home, at: start) == .command(ann, droppedOldest: false))
        try answer(
            advance(table, ann, to: start), to: home, packets, in: &table, at: start)
        // The same datagram again from elsewhere: a replay, not a player with a new address. Nor is an older one.
        #expect(table.receive(first, from: away, at: start) == .dropped(ann, .duplicate))
        #expect(table.receive(older, from: away, at: start) == .stale(ann))
        #expect(try advance(table, ann, to: start).allSatisfy { $0.address == home })
        #expect(table.address(of: ann) == home)
        #expect(table.rebindings == 0)
    }

    @Test func anAddressThatHasAnsweredIsTheNewOne() throws {
        var (table, ann, packets) = try tableWithAnn()
        _ = table.receive(try command(1, packets), from: home, at: start)
        try answer(advance(table, ann, to: start), to: home, packets, in: &table, at: start)
        var now = start.advanced(by: .seconds(1))
        _ = table.receive(try command(2, packets, at: now), from: away, at: now)
        #expect(table.address(of: ann) == home)
        let challenges = try advance(table, ann, to: now)
        #expect(Set(challenges.map(\.address)) == [home, away])
        try answer(challenges, to: away, packets, in: &table, at: now)
        now = now.advanced(by: .seconds(1))
        _ = try advance(table, ann, to: now)
        #expect(table.address(of: ann) == away)
        #expect(table.rebindings == 1)
        table.remove(ann)
        #expect(table.rebindings == 1)
    }

    /// While the world is busy no tick takes anything, and players go on sending.
    @Test func aPlayerWithManyWaitingCommandsIsListedOnce() throws {
        var limits = PlayerLimits()
        limits.commandsPerTick = 1
        var (table, ann, packets) = try tableWithAnn(limits: limits)
        let (bob, others) = try table.admit(name: "Bob", at: start)
        for sequence in 1...50 as ClosedRange<UInt32> {
            _ = table.receive(try command(sequence, others), from: away, at: start)
            _ = table.receive(try command(sequence, packets), from: home, at: start)
        }
        #expect(table.sendingPlayers == 2)
        #expect(steps.take(1, from: &table, at: start).map(\.player) == [ann, bob.id])
        #expect(table.sendingPlayers == 0)
        _ = table.receive(try command(51, packets), from: home, at: start)
        table.remove(ann)
        #expect(table.sendingPlayers == 0)
    }

    @Test func unknownSessionsAndForgedPacketsBindNoAddress() throws {
        var (table, ann, packets) = try tableWithAnn()
        let session = packets.session
        let stranger = SessionNumber(rawValue: session.rawValue ^ 1)
        let ping = Datagram { $0.append(contentsOf: Datagram(bytes: [1, 1, 0, 0, 0])) }
        for (packet, outcome) in [
            (Datagram(), .foreign),
            (Datagram(bytes: [UInt8](repeating: 0, count: 7)), .foreign),
            (Datagram(bytes: [UInt8](repeating: 0xFF, count: 1_200)), .foreign),
            (ForgedPackets.packet(ping, of: stranger), .unknownSession),
            (ForgedPackets.packet(ping, of: session), .dropped(ann, .forged)),
            (ForgedPackets.packet(ping, of: session, tagCount: 3), .dropped(ann, .tooShort)),
            (ForgedPackets.packet(ping, of: session, epoch: 2), .dropped(ann, .unknownEpoch)),
        ] as [(Datagram, PacketOutcome)] {
            #expect(table.receive(packet, from: away, at: start) == outcome)
        }
        #expect(table.address(of: ann) == nil)
        #expect(!table.isHeard(ann))
        #expect(try advance(table, ann, to: start).isEmpty)
    }

    @Test(
        arguments: [[255], [2, 1, 0, 0], [8, 1], [6], [6, 1, 0, 0], [7], [7, 1], [1, 1]]
            as [[UInt8]])
    func framesThatAreNoneBringNothing(frames: [UInt8]) throws {
        var (table, ann, packets) = try tableWithAnn()
        let packet = packets.packet(frames: Datagram(bytes: frames), at: start)
        let outcome = table.receive(packet, from: home, at: start)
        #expect(outcome == .malformed(ann) || outcome == .dropped(ann, .malformed))
        #expect(steps.take(1, from: &table, at: start).isEmpty)
    }

    @Test func commandsComeInOrderAndTheNewestStay() throws {
        var limits = PlayerLimits()
        limits.commandsPerTick = 3
        var (table, ann, packets) = try tableWithAnn(limits: limits)
        let (bob, others) = try table.admit(name: "Bob", at: start)
        _ = table.receive(try command(1, others), from: away, at: start)
        for sequence in [1, 2, 2, 1, 4, 3, 5] as [UInt32] {
            _ = table.receive(try command(sequence, packets), from: home, at: start)
        }
        let commands = steps.take(1, from: &table, at: start)
        #expect(commands.map(\.player) == [ann, ann, ann, bob.id])
        #expect(commands.map(\.sequence) == [2, 4, 5, 1])
        #expect(commands.map(\.command.rawValue) == [20, 40, 50, 10])
        #expect(table.recipients.map(\.acknowledged) == [5, 1])
        #expect(steps.take(1, from: &table, at: start).isEmpty)
        #expect(table.recipients.map(\.acknowledged) == [5, 1])
    }

    @Test func aFloodIsLimitedAndNothingElse() throws {
        var limits = PlayerLimits()
        limits.datagramsPerSecond = 10
        var (table, ann, packets) = try tableWithAnn(limits: limits)
        let outcomes = (0..<13).map { _ in
            table.receive(packets.ping(at: start), from: home, at: start)
        }
        #expect(outcomes.filter { $0 == .limited(ann) }.count == 3)
        let later = start.advanced(by: .milliseconds(250))
        let more = (0..<8).map { _ in
            table.receive(packets.ping(at: later), from: home, at: later)
        }
        #expect(more.filter { $0 == .ping(ann) }.count == 2)
    }

    /// Who knows a session's number, and nothing else, takes nothing of the player's allowance.
    @Test func aFloodOfForgedPacketsTakesNoneOfThePlayersLimits() throws {
        var limits = PlayerLimits()
        limits.datagramsPerSecond = 10
        var (table, ann, packets) = try tableWithAnn(limits: limits)
        #expect(table.receive(packets.ping(at: start), from: home, at: start) == .ping(ann))
        let command = Datagram(bytes: [6, 1, 0, 0, 0, 1, 0, 0, 0])
        for number in 0..<1_000 as Range<UInt64> {
            let forged = ForgedPackets.packet(command, of: packets.session, number: number)
            _ = table.receive(forged, from: number % 2 == 0 ? home : away, at: start)
        }
        #expect(table.receive(packets.ping(at: start), from: home, at: start) == .ping(ann))
        #expect(table.address(of: ann) == home)
        #expect(steps.take(1, from: &table, at: start).isEmpty)
    }

    @Test func idlePlayersAreThoseThatSentNothing() throws {
        var (table, ann, packets) = try tableWithAnn()
        let later = start.advanced(by: .seconds(9))
        let end = start.advanced(by: .seconds(10))
        #expect(table.idlePlayers(for: .seconds(10), at: later).isEmpty)
        #expect(table.idlePlayers(for: .seconds(10), at: end) == [ann])
        let forged = ForgedPackets.packet(Datagram(bytes: [1, 1, 0, 0, 0]), of: packets.session)
        _ = table.receive(forged, from: home, at: later)
        #expect(table.idlePlayers(for: .seconds(10), at: end) == [ann])
        _ = table.receive(packets.ping(at: later), from: home, at: later)
        #expect(table.idlePlayers(for: .seconds(10), at: end).isEmpty)
        table.heard(from: ann, at: end)
        #expect(
            table.idlePlayers(for: .seconds(10), at: later.advanced(by: .seconds(10))).isEmpty)
    }

    @Test func silentDisconnectedPlayersAreSentNothing() throws {
        var (table, ann, packets) = try tableWithAnn()
        let first = try command(1, packets)
        _ = table.receive(first, from: home, at: start)
        let later = start.advanced(by: .seconds(2))
        table.mute([ann], after: .seconds(3), at: later)
        #expect(table.recipients.count == 1)
        table.mute([ann], after: .seconds(2), at: later)
        #expect(table.recipients.isEmpty)
        #expect(table.mutedPlayers == [ann])
        // An old datagram is no sign of life; a new one is, from wherever it comes.
        _ = table.receive(first, from: away, at: later)
        #expect(table.recipients.isEmpty)
        _ = table.receive(try command(2, packets), from: away, at: later)
        #expect(table.recipients.count == 1)
        table.mute([ann], after: .zero, at: later)
        #expect(table.recipients.isEmpty)
        table.comeBack(ann, at: later)
        #expect(table.recipients.count == 1)
        #expect(table.idlePlayers(for: .seconds(1), at: later).isEmpty)
    }

    @Test func aRemovedPlayersSessionIsUnknown() throws {
        var (table, ann, packets) = try tableWithAnn()
        table.remove(ann)
        #expect(
            table.receive(try command(1, packets), from: home, at: start) == .unknownSession)
        #expect(table.order.isEmpty && table.recipients.isEmpty)
    }
}
