import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Testing

@Suite struct FirstTests {
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func echoOverTCP(seed: UInt64) throws {
        let simulation = Simulation(seed: seed, links: .lte)
        let answer = try simulation.run { simulation in
            let server = ConnectionManager(network: simulation.host("server"))
            let listener = try await server.listen(port: 9099)
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask {
                    for await connection in listener.connections {
                        for await datagram in connection.datagrams {
                            try await connection.send(datagram)
                        }
                        await connection.close()
                    }
                    return []
                }
                let client = ConnectionManager(network: simulation.host("client"))
                let connection = try await client.connect(to: "server", port: 9099)
                try await connection.send(Datagram(bytes: [1, 2, 3]))
                var result: [UInt8] = []
                for await datagram in connection.datagrams {
                    result = datagram.bytes
                    break
                }
                await client.shutdown()
                await server.shutdown()
                group.cancelAll()
                return result
            }
        }
        #expect(answer == [1, 2, 3])
        #expect(simulation.openSockets == 0)
        #expect(simulation.elapsed > .milliseconds(100))
    }
}
