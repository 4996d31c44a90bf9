import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// Hosts that pause for a minute.
@Suite struct LongPauseTests {
    private static let minute = Duration.seconds(60)

    /// TCP keeps what fits into its window, and the rest comes when the host goes on.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func aStreamSurvivesAMinute(seed: UInt64) throws {
        let bytes = 300_000
        try Couple.run(on: Simulation(seed: seed, links: .lan)) { couple in
            couple.serverHost.pause(for: Self.minute)
            let start = couple.simulation.clock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<bytes / 1_000 {
                        try await couple.client.send(Datagram(zeros: 1_000))
                        try await couple.simulation.clock.sleep(for: .milliseconds(250))
                    }
                    // After the pause: a connection that closes gives its last bytes some seconds.
                    await couple.client.close()
                }
                let count = await couple.serverHost.countToTheEnd(of: couple.server)
                #expect(count == bytes)
                try await group.waitForAll()
            }
            #expect(start.duration(to: couple.simulation.clock.now) >= Self.minute)
        }
    }

    /// The socket's buffer holds the first datagrams of the pause, and drops and counts the others.
    @Test func aSocketDropsWhatItsBufferCannotHold() throws {
        try Simulation(seed: 1).run { simulation in
            let (host, client) = (simulation.host("server"), simulation.host("client"))
            let socket = try await ConnectionManager(network: host).openUDP(port: 4_000)
            let sender = try await ConnectionManager(network: client).openUDP()
            var address = host.address
            address.port = 4_000
            host.pause(for: Self.minute)
            let sent = 600
            for _ in 0..<sent {
                try await sender.send(Datagram(zeros: 1_000), to: address)
                try await simulation.clock.sleep(for: .milliseconds(90))
            }
            try await simulation.clock.sleep(for: .seconds(10))
            await socket.close()
            var received = 0
            for await _ in socket.datagrams { received += 1 }
            #expect(received == 212_992 / 1_256)
            await sender.close()
        }
    }

    /// Found by reading: a timer that became due during a pause ran after it although another one had
    /// cancelled it, which no loop of a system does.
    @Test func anOverdueTimerCanStillBeCancelled() throws {
        let ran = Mutex<[String]>([])
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            let loop = host.nextSocketLoop()
            loop.perform {
                let start = loop.now
                let timers = Timers()
                _ = loop.schedule(at: start.advanced(by: .seconds(1))) {
                    ran.withLock { $0.append("first") }
                    if let second = timers.second.withLock({ $0 }) { loop.cancel(second) }
                }
                let timer = loop.schedule(at: start.advanced(by: .seconds(2))) {
                    ran.withLock { $0.append("cancelled") }
                }
                timers.second.withLock { $0 = timer }
                _ = loop.schedule(at: start.advanced(by: .seconds(3))) {
                    ran.withLock { $0.append("last") }
                }
            }
            try await simulation.clock.sleep(for: .milliseconds(1))
            host.pause(for: Self.minute)
            try await simulation.clock.sleep(for: .seconds(59))
            #expect(ran.withLock { $0 }.isEmpty)
            try await simulation.clock.sleep(for: .seconds(2))
        }
        #expect(ran.withLock { $0 } == ["first", "last"])
    }

    private final class Timers: Sendable {
        let second = Mutex<LoopTimer?>(nil)
    }

    /// Pauses of up to a minute strike at random, and every byte comes.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func longPausesStrikeAtRandom(seed: UInt64) throws {
        let faults = Faults.with { ($0.pauses, $0.longestPause) = (3, Self.minute) }
        let simulation = Simulation(seed: seed, links: .wifi, faults: faults)
        try Couple.run(on: simulation) { couple in
            for number in 0..<100 {
                try await couple.client.send(Datagram(bytes: [UInt8(number)]))
                #expect(await couple.server.next()?.bytes == [UInt8(number)])
                try await couple.simulation.clock.sleep(for: .seconds(1))
            }
        }
        #expect(simulation.elapsed > .seconds(160))
    }
}

extension SimulatedHost {
    /// How many bytes come to a connection of the host until its end.
    fileprivate func countToTheEnd(of connection: Connection) async -> Int {
        (try? await run { await connection.countToTheEnd() }) ?? 0
    }
}
