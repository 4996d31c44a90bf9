import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import Testing

@Suite struct PlayerTableTests {
    private typealias Table = PlayerTable
    private let steps = StepDecoder<PlayerID>()
    private let home = SocketAddress.loopback(port: 1_000)
    private let away = SocketAddress.loopback(port: 2_000)
    private let token = SessionToken(rawValue: 42)
    private let start = NetworkInstant(nanoseconds: 0)

    private func command(_ sequence: UInt32, token: SessionToken? = nil) throws -> Datagram {
        try ClientPacket.command(
            encoding: PlayerID(rawValue: sequence * 10), sequence: sequence,
            token: token ?? self.token)
    }

    private func tableWithAnn(limits: PlayerLimits = PlayerLimits()) throws -> (Table, PlayerID) {
        var table = Table(limits: limits)
        let ann = try table.admit(name: "Ann", token: token, at: start).id
        return (table, ann)
    }

    @Test func numbersAndNamesAreNeverShared() throws {
        var table = Table()
        var players: [Player] = []
        for index in 0..<4 {
            let token = SessionToken(rawValue: UInt64(index))
            players.append(try table.admit(name: "Ann", token: token, at: start))
        }
        #expect(players.map(\.name) == ["Ann", "Ann 2", "Ann 3", "Ann 4"])
        #expect(players.map(\.id.rawValue) == [1, 2, 3, 4])
        table.remove(players[1].id)
        let token = SessionToken(rawValue: 99)
        let next = try table.admit(name: "Ann", token: token, at: start)
        #expect(next.name == "Ann 2")
        #expect(next.id.rawValue == 5)
        #expect(table.order.map(\.rawValue) == [1, 3, 4, 5])
    }

    @Test func aFullServerRefuses() throws {
        var limits = PlayerLimits()
        limits.players = 1
        var (table, ann) = try tableWithAnn(limits: limits)
        let other = SessionToken(rawValue: 43)
        #expect(throws: JoinRefusal("the server is full: 1 players")) {
            try table.admit(name: "Bob", token: other, at: start)
        }
        table.remove(ann)
        #expect(throws: Never.self) { try table.admit(name: "Bob", token: other, at: start) }
    }

    @Test func theFirstValidDatagramBindsAndOnlyNewerOnesMove() throws {
        var (table, ann) = try tableWithAnn()
        #expect(table.recipients.isEmpty)
        let first = try command(5)
        #expect(table.receive(first, from: home, at: start) == .command(ann, droppedOldest: false))
        #expect(table.address(of: ann) == home)
        // The same datagram again from elsewhere: a replay, not a player with a new address.
        #expect(table.receive(first, from: away, at: start) == .stale(ann))
        #expect(try table.receive(command(4), from: away, at: start) == .stale(ann))
        #expect(table.address(of: ann) == home)
        #expect(table.rebindings == 0)
        _ = try table.receive(command(6), from: away, at: start)
        #expect(table.address(of: ann) == away)
        let ping = ClientPacket.ping(mark: 1, token: token)
        #expect(table.receive(ping, from: home, at: start) == .ping(ann, mark: 1))
        #expect(table.address(of: ann) == home)
        #expect(table.rebindings == 2)
    }

    /// While the world is busy no tick takes anything, and players go on sending.
    @Test func aPlayerWithManyWaitingCommandsIsListedOnce() throws {
        var limits = PlayerLimits()
        limits.commandsPerTick = 1
        var (table, ann) = try tableWithAnn(limits: limits)
        let other = SessionToken(rawValue: 43)
        let bob = try table.admit(name: "Bob", token: other, at: start).id
        for sequence in 1...50 as ClosedRange<UInt32> {
            _ = try table.receive(command(sequence, token: other), from: away, at: start)
            _ = try table.receive(command(sequence), from: home, at: start)
        }
        #expect(table.sendingPlayers == 2)
        #expect(steps.take(1, from: &table, at: start).map(\.player) == [ann, bob])
        #expect(table.sendingPlayers == 0)
        _ = try table.receive(command(51), from: home, at: start)
        table.remove(ann)
        #expect(table.sendingPlayers == 0)
    }

    @Test func unknownTokensAndGarbageBindNoAddress() throws {
        var (table, ann) = try tableWithAnn()
        let wrong = SessionToken(rawValue: 7)
        #expect(try table.receive(command(1, token: wrong), from: away, at: start) == .unknownToken)
        #expect(table.receive(Datagram(), from: away, at: start) == .malformed(nil))
        let short = Datagram(bytes: [UInt8](repeating: 0, count: 7))
        #expect(table.receive(short, from: away, at: start) == .malformed(nil))
        for tail in [[], [0], [3, 1], [1], [1, 0, 0, 0, 0, 0], [2, 1, 0, 0]] as [[UInt8]] {
            var datagram = Datagram { $0.append(token.rawValue) }
            datagram.append(bytes: tail)
            #expect(table.receive(datagram, from: away, at: start) == .malformed(ann))
        }
        #expect(table.address(of: ann) == nil)
        #expect(steps.take(1, from: &table, at: start).isEmpty)
    }

    @Test func commandsComeInOrderAndTheNewestStay() throws {
        var limits = PlayerLimits()
        limits.commandsPerTick = 3
        var (table, ann) = try tableWithAnn(limits: limits)
        let bobs = SessionToken(rawValue: 43)
        let bob = try table.admit(name: "Bob", token: bobs, at: start).id
        _ = try table.receive(command(1, token: bobs), from: away, at: start)
        for sequence in [1, 2, 2, 1, 4, 3, 5] as [UInt32] {
            _ = try table.receive(command(sequence), from: home, at: start)
        }
        let commands = steps.take(1, from: &table, at: start)
        #expect(commands.map(\.player) == [ann, ann, ann, bob])
        #expect(commands.map(\.sequence) == [2, 4, 5, 1])
        #expect(commands.map(\.command.rawValue) == [20, 40, 50, 10])
        #expect(table.recipients.map(\.acknowledged) == [5, 1])
        #expect(steps.take(1, from: &table, at: start).isEmpty)
        #expect(table.recipients.map(\.acknowledged) == [5, 1])
    }

    @Test func aFloodIsLimitedAndNothingElse() throws {
        var limits = PlayerLimits()
        limits.datagramsPerSecond = 10
        var (table, ann) = try tableWithAnn(limits: limits)
        let ping = ClientPacket.ping(mark: 1, token: token)
        let outcomes = (0..<13).map { _ in table.receive(ping, from: home, at: start) }
        #expect(outcomes.filter { $0 == .limited(ann) }.count == 3)
        let later = start.advanced(by: .milliseconds(250))
        let more = (0..<8).map { _ in table.receive(ping, from: home, at: later) }
        #expect(more.filter { $0 == .ping(ann, mark: 1) }.count == 2)
    }

    @Test func idlePlayersAreThoseThatSentNothing() throws {
        var (table, ann) = try tableWithAnn()
        let later = start.advanced(by: .seconds(9))
        let end = start.advanced(by: .seconds(10))
        #expect(table.idlePlayers(for: .seconds(10), at: later).isEmpty)
        #expect(table.idlePlayers(for: .seconds(10), at: end) == [ann])
        _ = table.receive(ClientPacket.ping(mark: 1, token: token), from: home, at: later)
        #expect(table.idlePlayers(for: .seconds(10), at: end).isEmpty)
        table.heard(from: ann, at: end)
        #expect(
            table.idlePlayers(for: .seconds(10), at: later.advanced(by: .seconds(10))).isEmpty)
    }

    @Test func silentDisconnectedPlayersAreSentNothing() throws {
        var (table, ann) = try tableWithAnn()
        _ = try table.receive(command(1), from: home, at: start)
        let later = start.advanced(by: .seconds(2))
        table.mute([ann], after: .seconds(3), at: later)
        #expect(table.recipients.map(\.address) == [home])
        table.mute([ann], after: .seconds(2), at: later)
        #expect(table.recipients.isEmpty)
        #expect(table.mutedPlayers == [ann])
        // An old datagram is no sign of life; a new one is, from wherever it comes.
        _ = try table.receive(command(1), from: away, at: later)
        #expect(table.recipients.isEmpty)
        _ = try table.receive(command(2), from: away, at: later)
        #expect(table.recipients.map(\.address) == [away])
        table.mute([ann], after: .zero, at: later)
        table.comeBack(ann, at: later)
        #expect(table.recipients.map(\.address) == [away])
        #expect(table.idlePlayers(for: .seconds(1), at: later).isEmpty)
    }

    @Test func aRemovedPlayersTokenIsUnknown() throws {
        var (table, ann) = try tableWithAnn()
        table.remove(ann)
        #expect(try table.receive(command(1), from: home, at: start) == .unknownToken)
        #expect(table.order.isEmpty && table.recipients.isEmpty)
    }
}
