import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import TestSupport
import Testing

/// On a host with several addresses, a player is answered from the one that the player sends to.
@Suite struct PlayerPathTests {
    private static let home = SocketAddress.loopback(port: 1_000)
    private static let first = SocketAddress(ipv4: (10, 0, 0, 1), port: 9_000)
    private static let second = SocketAddress(ipv4: (10, 0, 0, 2), port: 9_000)

    /// A server with two addresses, and a player who hears at them.
    private struct Game {
        var table = PlayerTable()
        let packets: RawPackets
        var now = NetworkInstant(nanoseconds: 0)
        /// The bytes that went over each path, and those of the newest snapshot.
        var sent: [NetworkPath: Int] = [:]
        var snapshotPath: NetworkPath?
        private var random = SeededGenerator(seed: 1)
        private let link: PacketLink

        init() throws {
            let (player, packets) = try table.admit(name: "Ann", at: now)
            self.packets = packets
            link = try #require(table.link(of: player.id))
        }

        @discardableResult
        mutating func ping(at local: SocketAddress?) -> Int {
            let ping = packets.ping(at: now)
            _ = table.receive(ping, from: home, to: local, at: now)
            return ping.count
        }

        /// A snapshot, and the player's answers to what comes from one of the addresses.
        mutating func step(answeringAt local: SocketAddress?) {
            now = now.advanced(by: .milliseconds(50))
            var deliveries: [PacketDelivery] = []
            let snapshot = Datagram(bytes: [UInt8](repeating: 1, count: 1_000))
            link.send(.snapshot, snapshot, at: now, into: &deliveries)
            link.advance(to: now, random: &random, into: &deliveries)
            for case .udp(let packet, let path) in deliveries {
                sent[path, default: 0] += packet.count
                if packet.count > 1_000 { snapshotPath = path }
                guard path.local == local else { continue }
                var replies: [Datagram] = []
                _ = try? packets.open(packet, at: now, replies: &replies)
                for reply in replies {
                    _ = table.receive(reply, from: path.remote, to: local, at: now)
                }
            }
        }
    }

    @Test(arguments: [first, second, nil] as [SocketAddress?])
    func allPacketsLeaveFromTheAddressThatWasAsked(local: SocketAddress?) throws {
        var game = try Game()
        game.ping(at: local)
        for _ in 0..<20 { game.step(answeringAt: local) }
        #expect(game.snapshotPath == NetworkPath(remote: Self.home, local: local))
        #expect(game.sent.count == 1)
        #expect(game.table.address(of: PlayerID(rawValue: 1)) == Self.home)
    }

    /// A client that reconnects to another address of its server goes on with the same socket.
    @Test func aPlayerMovesToAnotherAddressOfTheServer() throws {
        var game = try Game()
        game.ping(at: Self.first)
        for _ in 0..<20 { game.step(answeringAt: Self.first) }
        // From now on the client drops what comes from the first address.
        for _ in 0..<40 {
            game.ping(at: Self.second)
            game.step(answeringAt: Self.second)
        }
        #expect(game.snapshotPath == NetworkPath(remote: Self.home, local: Self.second))
    }

    /// The pair of addresses is what has to answer: a packet with a forged source can be sent to any of a
    /// server's addresses.
    @Test func anotherAddressOfTheServerIsAnotherPathToChallenge() throws {
        var game = try Game()
        game.ping(at: Self.first)
        for _ in 0..<20 { game.step(answeringAt: Self.first) }
        let count = game.ping(at: Self.second)
        for _ in 0..<100 { game.step(answeringAt: Self.first) }
        #expect(game.snapshotPath == NetworkPath(remote: Self.home, local: Self.first))
        let challenges = game.sent[NetworkPath(remote: Self.home, local: Self.second)] ?? 0
        #expect(challenges > 0 && challenges <= 3 * count)
    }
}
