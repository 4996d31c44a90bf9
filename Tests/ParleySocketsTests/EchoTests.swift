import ParleyDatagrams
import ParleySockets
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct EchoTests {
    /// Sends every datagram of every connection back, until the listener is closed.
    func echo(_ listener: ConnectionListener) async {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask {
                    for await datagram in connection.datagrams {
                        try? await connection.send(datagram)
                    }
                }
            }
        }
    }

    @Test(arguments: [StreamFraming.lengthPrefixed(.uint16), .lengthPrefixed(.uint32)])
    func tcpEchoesWholeAndInOrder(framing: StreamFraming) async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let options = ConnectionOptions(framing: framing)
            let listener = try await manager.listen(port: 0, options: options)
            #expect(listener.localAddress.port != 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await self.echo(listener) }
                let connection = try await manager.connect(
                    to: "localhost", port: listener.localAddress.port, options: options)
                let sent = (0..<1000).map { number in
                    Datagram {
                        $0.append(UInt32(number)); $0.appendPadding(number % 300)
                    }
                }
                group.addTask {
                    for datagram in sent { try await connection.send(datagram) }
                }
                var received: [Datagram] = []
                for await datagram in connection.datagrams {
                    received.append(datagram)
                    if received.count == sent.count { break }
                }
                #expect(received == sent)
                await connection.close()
                #expect(connection.closeReason == .local)
                await listener.close()
                try await group.waitForAll()
            }
        }
    }

    @Test func udpEchoes() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let server = try await manager.openUDP(host: "127.0.0.1")
            let client = try await manager.openUDP(host: "127.0.0.1")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await packet in server.datagrams {
                        try await server.send(packet.datagram, to: packet.address)
                    }
                }
                var answers = client.datagrams.makeAsyncIterator()
                for size in [0, 1, 2, 100, 1500, 9000, 65_505] {
                    let datagram = Datagram(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0) })
                    try await client.send(datagram, to: server.localAddress)
                    let answer = await answers.next()
                    #expect(answer?.datagram == datagram)
                    #expect(answer?.address == server.localAddress)
                }
                await server.close()
                try await group.waitForAll()
            }
        }
    }
}
