import ParleyProtocol
import ParleySockets
import ParleySessions
import Testing

/// A player is found by the token whatever other tokens there are.
@Suite struct TokenTableTests {
    private let start = NetworkInstant(nanoseconds: 0)

    private func players(
        _ tokens: [UInt64], in table: inout PlayerTable
    ) throws -> [PlayerID] {
        try tokens.map { token in
            try table.admit(name: "p", token: SessionToken(rawValue: token), at: start).id
        }
    }

    private func found(_ token: UInt64, in table: inout PlayerTable) -> PacketOutcome {
        let ping = ClientPacket.ping(mark: 1, token: SessionToken(rawValue: token))
        return table.receive(ping, from: .loopback(port: 1), at: start)
    }

    private static var roomy: PlayerLimits {
        var limits = PlayerLimits()
        limits.players = 1_000
        limits.datagramsPerSecond = 1_000_000
        limits.datagramBytesPerSecond = 100_000_000
        return limits
    }

    /// Such as all begin in the same cell, the one behind the last included, and 0.
    @Test(arguments: [1, 64, 1 << 20, 1 << 40] as [UInt64])
    func collidingTokensAreDistinguished(step: UInt64) throws {
        var table = PlayerTable(limits: Self.roomy)
        let tokens = (0..<300 as Range<UInt64>).map { $0 &* step &+ 63 } + [0]
        let ids = try players(tokens, in: &table)
        for (token, id) in zip(tokens, ids) {
            #expect(found(token, in: &table) == .ping(id, mark: 1))
        }
        #expect(found(300 &* step &+ 63, in: &table) == .unknownToken)
        // Every other one leaves; the places behind move.
        for index in stride(from: 0, to: 300, by: 2) { table.remove(ids[index]) }
        for (index, token) in tokens.enumerated() {
            let isGone = index < 300 && index % 2 == 0
            #expect(
                found(token, in: &table) == (isGone ? .unknownToken : .ping(ids[index], mark: 1)))
        }
    }

    @Test func aTokenInUseIsRefused() throws {
        var table = PlayerTable()
        _ = try players([7], in: &table)
        #expect(throws: JoinRefusal.self) { try players([7], in: &table) }
    }
}
