import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// What a crash ends, and what is left for the next life of a host.
@Suite struct NextLifeTests {
    /// Notes of both lives.
    private final class Notes: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// Runs a program that is told the number of its life on a host, which crashes after a second for
    /// half of one, and once more at each of the further times.
    private static func crash(
        _ simulation: Simulation, crashes: [Duration] = [.seconds(1)], until end: Duration,
        _ program: @escaping @Sendable (SimulatedHost, Int) async throws -> Void
    ) throws {
        try simulation.run { simulation in
            let host = simulation.host("server")
            let lives = Notes()
            let start = simulation.clock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await host.keepRunning {
                        lives.add("another")
                        try await program(host, lives.all.count)
                    }
                }
                for time in crashes {
                    try await simulation.clock.sleep(
                        until: start.advanced(by: time), tolerance: nil)
                    host.crash(for: .milliseconds(500))
                }
                try await simulation.clock.sleep(until: start.advanced(by: end), tolerance: nil)
                group.cancelAll()
            }
        }
    }

    /// Work of a life that no cancellation reaches: a task of its own on the host's loop.
    private static func stubbornly(
        on host: SimulatedHost, _ work: @escaping @Sendable () async throws -> Void
    ) async {
        let loop = host.nextLoop()
        _ = await Task(executorPreference: loop.taskExecutor) { try await work() }.result
    }

    private static func wait(_ host: SimulatedHost) async throws {
        try await host.clock.sleep(for: .seconds(1_000))
    }

    /// The crashed life goes on for three seconds, over the restart, and tries everything.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func aLifeThatIsOverOpensNoSockets(seed: UInt64) throws {
        let notes = Notes()
        let simulation = Simulation(seed: seed, links: .lan)
        try Self.crash(simulation, until: .seconds(10)) { host, life in
            notes.add("life \(life) begins")
            guard life == 1 else { return try await Self.wait(host) }
            let manager = ConnectionManager(network: host)
            await Self.stubbornly(on: host) {
                try await host.clock.sleep(for: .seconds(4))
                #expect(host.isUp)
                // Whoever asks, and wherever the loop comes from: it is this life's.
                for manager in [manager, ConnectionManager(network: host)] {
                    await #expect(throws: OpenError.self) { try await manager.openUDP(port: 4_000) }
                    await #expect(throws: OpenError.self) { try await manager.listen(port: 9_099) }
                    await #expect(throws: ConnectError.self) {
                        try await manager.connect(to: "client", port: 9_099, timeout: .seconds(1))
                    }
                }
                notes.add("life 1 is refused")
            }
        }
        #expect(notes.all == ["life 1 begins", "life 1 is refused", "life 2 begins"])
        #expect(simulation.openSockets == 0)
    }

    /// Found by reading: a crash that struck while an earlier life still ended paused that life for ever.
    @Test func aCrashDuringTheEndOfALifeIsSurvived() throws {
        let notes = Notes()
        let simulation = Simulation(seed: 1)
        try Self.crash(
            simulation, crashes: [.seconds(1), .seconds(2), .seconds(3)], until: .seconds(20)
        ) { host, life in
            notes.add("life \(life) begins")
            guard life == 1 else { return try await Self.wait(host) }
            await Self.stubbornly(on: host) { try await host.clock.sleep(for: .seconds(10)) }
            notes.add("life 1 ends")
        }
        #expect(notes.all == ["life 1 begins", "life 1 ends", "life 2 begins"])
    }

    /// What was sent to the old socket of a port, and is under way for longer than the outage, comes to
    /// the new one, as on a real network. What had arrived before is gone, as are the old socket's own
    /// datagrams that nobody had read.
    @Test func onlyDatagramsUnderWayReachTheNextSocket() throws {
        let simulation = Simulation(seed: 1, links: LinkProfile(latency: .milliseconds(700)))
        let received = Notes()
        try simulation.run { simulation in
            let host = simulation.host("server")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await host.keepRunning {
                        let socket = try await ConnectionManager(network: host).openUDP(port: 4_000)
                        // The first life reads nothing.
                        if host.clock.now.nanoseconds < 1_000_000_000 { try await Self.wait(host) }
                        for await packet in socket.datagrams {
                            received.add("\(packet.datagram.bytes)")
                        }
                        try Task.checkCancellation()
                    }
                }
                let client = try await ConnectionManager(network: simulation.host("client"))
                    .openUDP()
                var address = host.address
                address.port = 4_000
                try await simulation.clock.sleep(for: .milliseconds(1))
                // Arrives before the crash, during the outage, and after it.
                for number in [1, 2, 3] as [UInt8] {
                    try await client.send(Datagram(bytes: [number]), to: address)
                    try await simulation.clock.sleep(for: .milliseconds(300))
                }
                host.crash(for: .milliseconds(300))
                try await simulation.clock.sleep(for: .seconds(5))
                await client.close()
                group.cancelAll()
            }
        }
        #expect(received.all == ["[3]"])
    }

    /// Bytes under way to a connection of the old life meet nothing of the new one: they are refused.
    @Test func bytesUnderWayFindNoConnection() throws {
        let simulation = Simulation(seed: 1, links: LinkProfile(latency: .milliseconds(700)))
        let received = Notes()
        try simulation.run { simulation in
            let host = simulation.host("server")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await host.keepRunning {
                        let manager = ConnectionManager(network: host)
                        let listener = try await manager.listen(port: 9_099)
                        for await connection in listener.connections {
                            for await datagram in connection.datagrams {
                                received.add("\(datagram.bytes)")
                            }
                        }
                        try Task.checkCancellation()
                    }
                }
                let manager = ConnectionManager(network: simulation.host("client"))
                let connection = try await manager.connect(to: "server", port: 9_099)
                try await simulation.clock.sleep(for: .seconds(2))
                try await connection.send(Datagram(bytes: [1]))
                host.crash(for: .milliseconds(100))
                #expect(await connection.terminated() == .reset)
                await manager.shutdown()
                group.cancelAll()
            }
        }
        #expect(received.all.isEmpty)
    }

    /// Records are like files: the next life has those of the time of the crash, and a life that is over
    /// changes none.
    @Test func recordsSurviveAsTheCrashFoundThem() throws {
        let notes = Notes()
        try Self.crash(Simulation(seed: 1), until: .seconds(10)) { host, life in
            let machine = host.nextSocketLoop().machine
            guard life == 1 else {
                let kept = machine.records?["kept"].map { "\($0)" } ?? "nothing"
                let late = machine.records?["late"].map { "\($0)" } ?? "nothing"
                notes.add("kept \(kept), late \(late)")
                return try await Self.wait(host)
            }
            machine.records?["kept"] = [1]
            await Self.stubbornly(on: host) {
                try await host.clock.sleep(for: .seconds(3))
                machine.records?["kept"] = [2]
                host.nextSocketLoop().machine.records?["late"] = [3]
            }
        }
        #expect(notes.all == ["kept [1], late nothing"])
    }

    /// The clock of a machine, its rate and its date go on over a crash; random numbers begin anew.
    @Test func theClockGoesOnAndRandomNumbersDoNot() throws {
        let numbers = Notes()
        try Self.crash(Simulation(seed: 1), until: .seconds(4)) { host, life in
            var random = host.makeRandomNumberGenerator()
            numbers.add("\(random.next())")
            if life == 1 { host.clockRate = 2 }
            #expect(host.clockRate == 2)
            #expect(host.clock.now.nanoseconds == (life == 1 ? 0 : 3_000_000_000))
            try await Self.wait(host)
        }
        #expect(numbers.all.count == 2)
        #expect(Set(numbers.all).count == 2)
    }
}
