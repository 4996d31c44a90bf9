import ArenaGame
import Parley
import Synchronization
import TestNetworks
import Testing

/// An encrypted game on this machine, whose UDP packets scapy repeats, damages, copies and forges.
@Suite(.needsScapy, .timeLimit(.minutes(5)))
struct AttackedPacketsTests {
    /// How many packets of each kind were sent.
    private struct Kinds: Decodable {
        let again: UInt64
        let elsewhere: UInt64
        let flipped: UInt64
        let truncated: UInt64
        let extended: UInt64
        let forged: UInt64

        var all: UInt64 { again + elsewhere + flipped + truncated + extended + forged }
    }

    /// What `attack_packets.py` prints at last.
    private struct Attack: Decodable {
        let toServer: Kinds
        let toClients: Kinds

        enum CodingKeys: String, CodingKey {
            case toServer = "to_server"
            case toClients = "to_clients"
        }
    }

    /// How many commands the client has sent.
    private final class Sent: Sendable {
        let count = Mutex<UInt64>(0)
    }

    private static let attackedPackets = 300

    @Test func theGameGoesOnOverUDP() async throws {
        try await withArena { server, port, _ in
            let udpPort = try await server.ready().udp.port
            try await GameClient<ArenaRules>.play(on: "127.0.0.1", port: port, as: "Ann") {
                client in
                #expect(client.security?.isEncrypted == true)
                let sent = Sent()
                let attack = try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await snapshot in client.snapshots {
                            let direction = snapshot.tick.number / 30 % 2 == 0 ? 0.7 : -0.7
                            try await client.send(
                                ArenaRules.Command(Wish(direction: Vector(direction, direction))))
                            sent.count.withLock { $0 += 1 }
                        }
                    }
                    try await until { await server.statistics.received.commands > 10 }
                    let attack = try await Self.attack(udpPort)
                    // And on, for a while.
                    let beyond = sent.count.withLock { $0 } + 40
                    try await until { await server.statistics.received.commands >= beyond }
                    group.cancelAll()
                    return attack
                }
                try await until { client.connectionState == .playing }
                try await Self.check(attack, server, client, sent: sent.count.withLock { $0 })
            }
        }
    }

    private static func attack(_ port: UInt16) async throws -> Attack {
        try await PandaPeer.run("attack_packets.py", ["\(port)", "\(attackedPackets)"]) {
            attacker in
            _ = try await attacker.nextLine()
            return try await attacker.next(Attack.self)
        }
    }

    private static func check(
        _ attack: Attack, _ server: GameServer<ArenaWorld>, _ client: GameClient<ArenaRules>,
        sent: UInt64
    ) async throws {
        // The last ones may be on their way, and a busy system may drop some.
        try await until { await server.statistics.received.forged >= attack.toServer.forged / 2 }
        try await until {
            await client.statistics.strayDatagrams >= attack.toClients.all / 2
        }
        let statistics = await server.statistics
        let received = statistics.received
        #expect(statistics.players == 1 && statistics.away == 0 && statistics.returns == 0)
        #expect(received.rebindings == 0, "the player's address has not moved")
        // Repeated ones, and damaged ones with a number that has come.
        #expect(received.dropped >= attack.toServer.again / 2)
        #expect(received.malformed == 0)
        #expect(received.limited == 0, "what was forged is not the player's")
        #expect(received.commands >= sent * 9 / 10, "\(received.commands) of \(sent)")
        #expect(received.commands <= sent)
        #expect(await client.statistics.malformedDatagrams == 0)
    }
}
