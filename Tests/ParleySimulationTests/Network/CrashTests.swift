import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// Hosts that crash and start again.
@Suite struct CrashTests {
    /// How often a program was started, or ended.
    private final class Times: Sendable {
        let count = Mutex(0)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func aProgramIsStartedAgainAfterEachCrash(seed: UInt64) throws {
        let starts = Times()
        let simulation = Simulation(seed: seed, links: .lan)
        try simulation.run { simulation in
            let host = simulation.host("server")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await host.keepRunning {
                        starts.count.withLock { $0 += 1 }
                        try await Self.echo(on: host)
                    }
                }
                for _ in 0..<3 {
                    try await Self.useEcho(from: simulation.host("client"), simulation)
                    host.crash(for: .milliseconds(700))
                    #expect(!host.isUp)
                    try await simulation.clock.sleep(for: .seconds(1))
                    #expect(host.isUp)
                }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
        #expect(starts.count.withLock { $0 } == 4)
        #expect(simulation.openSockets == 0)
    }

    private static func echo(on host: SimulatedHost) async throws {
        try await ConnectionManager.run(network: host) { manager in
            let listener = try await manager.listen(port: 9_099)
            await withDiscardingTaskGroup { group in
                for await connection in listener.connections {
                    group.addTask {
                        for await datagram in connection.datagrams {
                            try? await connection.send(datagram)
                        }
                        await connection.close()
                    }
                }
            }
            try Task.checkCancellation()
        }
    }

    private static func useEcho(from host: SimulatedHost, _ simulation: Simulation) async throws {
        try await ConnectionManager.run(network: host) { manager in
            // The program may still be busy with ending, after the crash before.
            for _ in 0..<50 {
                guard let connection = try? await manager.connect(to: "server", port: 9_099) else {
                    try await simulation.clock.sleep(for: .milliseconds(200))
                    continue
                }
                try await connection.send(Datagram(bytes: [1]))
                #expect(await connection.next()?.bytes == [1])
                return
            }
            Issue.record("nobody answers")
        }
    }

    /// Found by simulation: a program saw its sockets end before its cancellation, and ended early.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func aProgramThatCrashesSeesNothingOfIt(seed: UInt64) throws {
        let count = try Simulation(seed: seed).run { simulation in
            let host = simulation.host("server")
            let ends = Times()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await host.keepRunning {
                        let manager = ConnectionManager(network: host)
                        let socket = try await manager.openUDP(port: 4_000)
                        for await _ in socket.datagrams {
                            // Sending is what finds out first that the port is gone.
                            try await socket.send(Datagram(bytes: [1]), to: socket.localAddress)
                        }
                        if !Task.isCancelled { ends.count.withLock { $0 += 1 } }
                    }
                }
                try await simulation.clock.sleep(for: .seconds(1))
                for _ in 1...3 {
                    let noise = try await ConnectionManager(network: simulation.host("client"))
                        .openUDP()
                    var address = host.address
                    address.port = 4_000
                    try await noise.send(Datagram(bytes: [0]), to: address)
                    await noise.close()
                    host.crash(for: .seconds(1))
                    try await simulation.clock.sleep(for: .seconds(2))
                }
                group.cancelAll()
            }
            return ends.count.withLock { $0 }
        }
        #expect(count == 0)
    }

    @Test func nothingThatACrashedHostSendsArrives() throws {
        try Couple.run { couple in
            couple.clientHost.crash(for: .seconds(60))
            try? await couple.client.send(Datagram(bytes: [1]))
            #expect(await couple.client.terminated() != nil)
            try await couple.simulation.clock.sleep(for: .seconds(30))
            #expect(couple.server.isOpen)
        }
    }
}
