import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySimulation
import ParleySockets
import Testing

/// Handshakes in a simulation: OpenSSL gets its random bytes from the seed.
@Suite struct SeededTLSTests {
    /// Two encrypted echoes over a bad link; the trace has every byte of every segment.
    private func run(seed: UInt64) throws -> UInt64 {
        let simulation = Simulation(seed: seed, links: .lte)
        try simulation.run { simulation in
            try await ConnectionManager.run(network: simulation.host("server")) { server in
                let identity = try TLSIdentity()
                let listener = try await server.listen(port: 9_099, security: .tls(identity))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await listener.serve { connection in
                            for await datagram in connection.datagrams {
                                try await connection.send(datagram)
                            }
                        }
                    }
                    for number in 0..<2 {
                        let manager = ConnectionManager(network: simulation.host("c\(number)"))
                        let client = try await manager.connect(
                            to: "server", port: 9_099, security: .tls(.pin(identity.pin)))
                        try await client.send(Datagram(bytes: [UInt8(number)]))
                        #expect(await client.next()?.bytes == [UInt8(number)])
                        await client.close()
                    }
                    await listener.close()
                    try await group.waitForAll()
                }
            }
        }
        return simulation.traceHash
    }

    @Test func theSameSeedIsTheSameTrace() throws {
        let first = try run(seed: 11)
        #expect(try run(seed: 11) == first)
        #expect(try run(seed: 12) != first)
    }

    @Test func keysComeFromTheSeed() throws {
        func key(seed: UInt64) throws -> PublicKeyPin {
            try Simulation(seed: seed).run { _ in try TLSIdentity().pin }
        }
        #expect(try key(seed: 1) == key(seed: 1))
        #expect(try key(seed: 1) != key(seed: 2))
        // Outside they do not.
        #expect(try TLSIdentity().pin != TLSIdentity().pin)
    }
}
