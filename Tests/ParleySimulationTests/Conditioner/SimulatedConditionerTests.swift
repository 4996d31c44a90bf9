import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Testing

/// The conditioner in virtual time, over a simulated network that has faults of its own: many seeds,
/// nothing that depends on the machine.
@Suite struct SimulatedConditionerTests {
    /// The result of one seed: the first round trip, the bytes that came back, and the end.
    private struct Outcome: Sendable {
        var connecting = Duration.zero
        var echoed: [Datagram] = []
        var ending: CloseReason?
    }

    private static let messages = (0..<60).map { number in
        Datagram(bytes: (0..<number * 60).map { UInt8(truncatingIfNeeded: $0 &* number) })
    }

    /// A conditioned client whose messages a plain server sends back.
    private func echo(_ profile: LinkProfile, in simulation: Simulation) throws -> Outcome {
        try simulation.run { simulation in
            let server = ConnectionManager(network: simulation.host("server"))
            var options = ConnectionOptions()
            options.allowsHalfClose = true
            let listener = try await server.listen(port: 9099, options: options)
            let network = NetworkConditioner(
                simulation.host("client"), profile: profile, seed: simulation.seed)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await connection in listener.connections {
                        for await datagram in connection.datagrams {
                            try await connection.send(datagram)
                        }
                        await connection.finish()
                    }
                }
                let outcome = try await Self.ask(network)
                await server.shutdown()
                try await group.waitForAll()
                return outcome
            }
        }
    }

    private static func ask(_ network: any Network) async throws -> Outcome {
        var outcome = Outcome()
        let client = ConnectionManager(network: network)
        let beginning = network.clock.now
        let connection = try await client.connect(
            to: "server", port: 9099, timeout: .seconds(600))
        outcome.connecting = beginning.duration(to: network.clock.now)
        async let sending: Void = {
            for message in messages { try await connection.send(message) }
            await connection.finish()
        }()
        for await datagram in connection.datagrams { outcome.echoed.append(datagram) }
        try await sending
        outcome.ending = await connection.terminated()
        await client.shutdown()
        return outcome
    }

    @Test(arguments: LinkProfile.names) func everythingArrives(name: String) throws {
        let profile = try #require(LinkProfile.named(name))
        for seed in 1...(20 as UInt64) {
            let simulation = Simulation(seed: seed)
            let outcome = try echo(profile, in: simulation)
            #expect(outcome.echoed == Self.messages, "seed \(seed)")
            #expect(outcome.ending == .local, "seed \(seed)")
            #expect(outcome.connecting >= profile.latency * 2, "seed \(seed)")
            #expect(simulation.openSockets == 0, "seed \(seed)")
        }
    }

    @Test func theNetworkUnderneathMayHaveFaultsToo() throws {
        var faults = Faults.none
        faults.partialReads = 0.3
        faults.partialWrites = 0.3
        faults.busyWrites = 0.2
        faults.spuriousReadiness = 0.2
        for seed in 1...(40 as UInt64) {
            let simulation = Simulation(seed: seed, links: .lte, faults: faults)
            let outcome = try echo(.umts, in: simulation)
            #expect(outcome.echoed == Self.messages, "seed \(seed)")
            #expect(simulation.openSockets == 0, "seed \(seed)")
        }
    }

    @Test func aSeedRepeatsEverything() throws {
        func hash(_ seed: UInt64) throws -> UInt64 {
            let simulation = Simulation(seed: seed)
            _ = try echo(.awful, in: simulation)
            return simulation.traceHash
        }
        #expect(try hash(1) == hash(1))
        #expect(try hash(1) != hash(2))
    }

    @Test func theBandwidthIsObeyedExactly() throws {
        // 106,200 bytes of messages, and two more for each one's length, there and back.
        let profile = LinkProfile(latency: .milliseconds(10), bandwidth: 10_000, queue: 5000)
        let simulation = Simulation(seed: 1)
        #expect(try echo(profile, in: simulation).echoed == Self.messages)
        let bytes = Self.messages.reduce(0) { $0 + $1.count + 2 }
        let least = Duration.milliseconds(Double(bytes) / 10 + 40)
        #expect(simulation.elapsed >= least)
        #expect(simulation.elapsed <= least * 1.05 + .seconds(1))
    }
}
