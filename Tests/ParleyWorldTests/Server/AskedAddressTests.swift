import ParleySockets
import ParleyWorld
import TestGames
import TestNetworks
import Testing

/// A server on a host with several addresses.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct AskedAddressTests {
    /// A client drops what comes from another address than its server's, and then plays over TCP.
    @Test func snapshotsLeaveFromTheAddressThatTheClientAsked() async throws {
        try await serving(configure: { configuration in
            configuration.host = "0.0.0.0"
            configuration.security = .none
            configuration.plainPort = nil
        }) { _, addresses in
            try await GameClient<WalkGame>.play(
                on: "127.0.0.2", port: addresses.tcp.port, as: "Ann",
                configuration: GameClientConfiguration(security: .none),
                network: TestNetwork.current.network
            ) { client in
                var first: UInt32?
                for await snapshot in client.snapshots {
                    let tick = snapshot.tick.number
                    // Two seconds: after one, the state would tell that no datagram comes.
                    if tick > (first ?? tick) + 120 { break }
                    first = first ?? tick
                }
                #expect(client.connectionState == .playing)
                #expect(await client.statistics.strayDatagrams == 0)
            }
        }
    }
}
