import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleySessions
import ParleySimulation
import ParleySockets
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// What a realm does with those who do not belong, and with bytes that mean nothing.
@Suite struct RealmRefusalTests {
    /// A client of the right game without a ticket, with one that no world server made, with the token of a seat that
    /// there is not, and with bytes that mean nothing.
    @Test(
        arguments: [[], [2, 3, 0, 1, 2, 3], [1] + [UInt8](repeating: 0, count: 16), [9]].map {
            Datagram(bytes: $0)
        })
    func aZoneTakesPlayersByTicketOnly(ticket: Datagram) throws {
        let error = try TestRealm.run(seed: 1) { realm in
            try await realm.wait { realm.zone("west")?.isFrozen == false }
            var configuration = GameClientConfiguration()
            configuration.ticket = ticket
            let client = PredictingClient<ZoneGame<Meadow>>(
                server: "west", port: 9_001, name: "mallory", join: ZoneJoin(notices: 0),
                configuration: configuration, network: realm.simulation.host("mallory"))
            do {
                try await client.run()
                return GameClientError?.none
            } catch {
                return error as? GameClientError
            }
        }
        guard case .refused(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("ticket"))
    }

    /// Somebody else plays on.
    @Test func garbageEndsItsOwnConnection() throws {
        let (ended, isPlaying) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let manager = ConnectionManager(network: realm.simulation.host("mallory"))
                var ended = 0
                for bytes in [[0xFF], [1, 0xFF, 0xFF], [UInt8](repeating: 4, count: 4_000)] {
                    let connection = try await manager.connect(
                        to: "world", port: TestRealm.playerPort, security: .automatic)
                    try await connection.send(Datagram(bytes: bytes))
                    for await _ in connection.datagrams {}
                    ended += 1
                }
                await manager.shutdown(within: .seconds(1))
                try await realm.simulation.clock.sleep(for: .seconds(1))
                return (ended, ann.connectionState)
            }
        }
        #expect(ended == 3)
        let west = try #require(ZoneName("west"))
        #expect(isPlaying == .playing(west))
    }
}
