import ParleyProtocol
import ParleySessions
import ParleySockets
import TestSupport
import Testing

/// A player is found by the session's number, whoever else comes and goes.
@Suite struct SessionTableTests {
    private let start = NetworkInstant(nanoseconds: 0)
    private let home = SocketAddress.loopback(port: 1)

    private static func limits(_ players: Int) -> PlayerLimits {
        var limits = PlayerLimits()
        limits.players = players
        limits.datagramsPerSecond = 1_000_000
        limits.datagramBytesPerSecond = 100_000_000
        return limits
    }

    private func found(_ packets: RawPackets, in table: inout PlayerTable) -> PacketOutcome {
        table.receive(packets.ping(at: start), from: home, at: start)
    }

    @Test(arguments: [0, 1, .max] as [UInt64])
    func playersAreFoundWhileOthersComeAndGo(start seed: UInt64) throws {
        var table = PlayerTable(limits: Self.limits(1_000), start: seed)
        var players = try (0..<300).map { _ in try table.admit(name: "p", at: start) }
        #expect(Set(players.map(\.packets.session)).count == 300)
        for (player, packets) in players { #expect(found(packets, in: &table) == .ping(player.id)) }
        // Every other one leaves; the places behind move.
        for index in stride(from: 0, to: 300, by: 2) { table.remove(players[index].player.id) }
        let newcomers = try (0..<100).map { _ in try table.admit(name: "n", at: start) }
        for (index, (player, packets)) in players.enumerated() {
            let outcome = found(packets, in: &table)
            #expect(outcome == (index % 2 == 0 ? .unknownSession : .ping(player.id)))
        }
        players = newcomers
        for (player, packets) in players { #expect(found(packets, in: &table) == .ping(player.id)) }
    }

    /// A late packet of a session that is over must not reach the next one in its slot.
    @Test func aNumberIsNotGivenAgainSoon() throws {
        var table = PlayerTable(limits: Self.limits(1))
        var former: [RawPackets] = []
        for _ in 0..<1_000 {
            let (player, packets) = try table.admit(name: "p", at: start)
            for old in former.suffix(100) {
                #expect(found(old, in: &table) == .unknownSession)
            }
            #expect(found(packets, in: &table) == .ping(player.id))
            former.append(packets)
            table.remove(player.id)
        }
        #expect(Set(former.map(\.session)).count == 1_000)
    }
}
