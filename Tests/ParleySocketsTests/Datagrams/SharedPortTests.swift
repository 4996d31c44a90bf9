import ParleyDatagrams
import Testing

@testable import ParleySockets

/// Several loops, each with a socket of its own on one port: how a server uses more than one core.
@Suite(.timeLimit(.minutes(5)))
struct SharedPortTests {
    @Test func theSystemSpreadsPeersOverTheLoops() async throws {
        let network = SystemNetwork(threads: 2)
        try await ConnectionManager.run(network: network) { manager in
            var options = DatagramSocketOptions()
            options.socket = [.reusePort(true)]
            let first = try await manager.openUDP(host: "127.0.0.1", options: options)
            let port = first.localAddress.port
            let second = try await manager.openUDP(host: "127.0.0.1", port: port, options: options)
            #expect(first.loop !== second.loop)

            // Peers are spread by a hash of their address: of 64, each socket gets some.
            var peers: [DatagramSocket] = []
            for _ in 0..<64 { peers.append(try await manager.openUDP(host: "127.0.0.1")) }
            let counts = try await withThrowingTaskGroup(of: Void.self) { group in
                for socket in [first, second] {
                    group.addTask {
                        for await packet in socket.datagrams {
                            try await socket.send(packet.datagram, to: packet.address)
                        }
                    }
                }
                for peer in peers {
                    try await peer.send(Datagram(bytes: [7]), to: first.localAddress)
                    #expect(await peer.datagrams.first { _ in true }?.datagram.bytes == [7])
                }
                group.cancelAll()
                return [
                    await first.statistics.datagramsReceived,
                    await second.statistics.datagramsReceived,
                ]
            }
            #expect(counts.reduce(0, +) == peers.count)
            #expect(counts.allSatisfy { $0 > 0 })
        }
    }
}
