import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import TestSupport
import Testing

/// A server cannot be made to flood a bystander, whose address somebody wrote into packets.
@Suite struct AmplificationTests {
    private let home = SocketAddress.loopback(port: 1_000)
    private let victim = SocketAddress.loopback(port: 2_000)
    private let start = NetworkInstant(nanoseconds: 0)

    /// A server that sends a player twenty snapshots a second, and what goes where.
    private struct Game {
        /// A checksum stands in front of each packet.
        static let checksumCount = 2

        var table = PlayerTable()
        let packets: RawPackets
        let player: PlayerID
        var now: NetworkInstant
        var sent: [SocketAddress: Int] = [:]
        private var random = SeededGenerator(seed: 1)
        private let link: PacketLink
        private let home: SocketAddress

        init(home: SocketAddress, at start: NetworkInstant) throws {
            self.home = home
            let (player, packets) = try table.admit(name: "Ann", at: start)
            (self.player, self.packets) = (player.id, packets)
            link = try #require(table.link(of: player.id))
            now = start
        }

        /// A packet from an address.
        mutating func receive(_ packet: Datagram, from address: SocketAddress) {
            _ = table.receive(packet, from: address, at: now)
        }

        /// A snapshot, and the answers of the player at home to what comes there.
        mutating func step(homeAnswers: Bool) {
            now = now.advanced(by: .milliseconds(50))
            var deliveries: [PacketDelivery] = []
            let snapshot = Datagram(bytes: [UInt8](repeating: 1, count: 1_000))
            link.send(.snapshot, snapshot, at: now, into: &deliveries)
            link.advance(to: now, random: &random, into: &deliveries)
            for case .udp(let packet, let path) in deliveries {
                sent[path.remote, default: 0] += packet.count + Self.checksumCount
                guard homeAnswers, path.remote == home else { continue }
                var replies: [Datagram] = []
                _ = try? packets.open(packet, at: now, replies: &replies)
                for reply in replies { receive(reply, from: home) }
            }
        }
    }

    /// The attacker is a player whose own packets come from a forged address from the first one on.
    @Test func aFirstPacketBuysThreeTimesItsBytes() throws {
        var game = try Game(home: home, at: start)
        let ping = game.packets.ping(at: start)
        game.receive(ping, from: victim)
        for _ in 0..<20 * 60 { game.step(homeAnswers: false) }
        let bytes = game.sent[victim] ?? 0
        #expect(bytes > 0 && bytes <= 3 * (ping.count + Game.checksumCount))
        #expect(game.sent.count == 1)
    }

    /// The attacker plays, and forges one packet a second.
    @Test func aPlayersForgedPingBuysThreeTimesItsBytes() throws {
        var game = try Game(home: home, at: start)
        game.receive(game.packets.ping(at: start), from: home)
        for _ in 0..<40 { game.step(homeAnswers: true) }
        var forged = 0
        for step in 0..<20 * 60 {
            if step % 20 == 0 {
                let ping = game.packets.ping(at: game.now)
                // Small ones, as the client was heard: 15 to 40 bytes once bought some 70 KB a second.
                #expect(ping.count < 50)
                forged += ping.count + Game.checksumCount
                game.receive(ping, from: victim)
                #expect((game.sent[victim] ?? 0) <= 3 * forged)
            }
            game.step(homeAnswers: true)
        }
        #expect((game.sent[victim] ?? 0) <= 3 * forged)
        #expect(game.table.address(of: game.player) == home)
        #expect((game.sent[home] ?? 0) > 20 * 60 * 900)
    }

    /// The attacker stops answering at home, so that only the forged address is left.
    @Test func anAddressThatNeverAnsweredIsNotTheNextOne() throws {
        var game = try Game(home: home, at: start)
        game.receive(game.packets.ping(at: start), from: home)
        for _ in 0..<40 { game.step(homeAnswers: true) }
        let ping = game.packets.ping(at: game.now)
        game.receive(ping, from: victim)
        for _ in 0..<20 * 60 { game.step(homeAnswers: false) }
        #expect((game.sent[victim] ?? 0) <= 3 * (ping.count + Game.checksumCount))
        #expect(game.table.address(of: game.player) == home)
    }

    /// An authentic packet that acknowledges what was never sent comes from somewhere all the same. If that
    /// address were forgotten, the next one from anywhere would have its number.
    @Test func aFirstPacketThatClaimsTooMuchComesFromSomewhere() throws {
        var game = try Game(home: home, at: start)
        let claim = Datagram {
            $0.append(PacketFrameKind.acknowledgement.rawValue)
            $0.append(1_000 as UInt32)
            $0.append(0 as UInt64)
        }
        let outcome = game.table.receive(
            game.packets.packet(frames: claim, at: start), from: home, at: start)
        #expect(outcome == .dropped(game.player, .malformed))
        #expect(game.table.address(of: game.player) == home)
        for _ in 0..<20 { game.receive(game.packets.ping(at: game.now), from: home) }
        for _ in 0..<20 { game.step(homeAnswers: true) }
        #expect((game.sent[home] ?? 0) > 0)
    }
}
