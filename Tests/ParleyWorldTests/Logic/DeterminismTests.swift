import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

/// The same seed gives the same life, whatever runs the world.
@Suite(.timeLimit(.minutes(5))) struct DeterminismTests {
    private static let ticks: UInt32 = 120

    /// The run without other load.
    private static func life(seed: UInt64) async throws -> [String] {
        let world = LifeWorld(seed: seed)
        try await WorldDriver(world).run { driver in
            for _ in 0..<Self.ticks { try await driver.step() }
        }
        return await world.trace.through(tick: Self.ticks)
    }

    @Test func aDriverRepeatsARun() async throws {
        let first = try await Self.life(seed: 1)
        #expect(first.count > 400)
        #expect(!first.contains { $0.hasSuffix("ENDS LATE") })
        #expect(first.contains { $0.hasSuffix("mayfly 1 entityGone") })
        for _ in 0..<5 { expectSame(try await Self.life(seed: 1), first) }
        let other = try await Self.life(seed: 2)
        #expect((other == first) == false)
    }

    /// The step is the last thing in its tick: all logic that is due has run before it.
    @Test func logicRunsBeforeTheStep() async throws {
        let trace = try await Self.life(seed: 3)
        var last: UInt32 = 0
        for line in trace {
            let tick = try #require(UInt32(line.prefix { $0 != " " }))
            if line.contains("step") { last = tick } else { #expect(tick == last + 1) }
        }
        #expect(last == Self.ticks)
    }

    @Test func everySimulationGivesTheSameWorld() async throws {
        let expected = try await Self.life(seed: 7)
        for seed in 1...200 as ClosedRange<UInt64> {
            let simulation = Simulation(seed: seed)
            let trace = try simulation.run { simulation in
                try await Self.serve(on: simulation.host("server"))
            }
            expectSame(trace, expected, "seed \(seed)")
        }
    }

    @Test func theSystemsNetworkGivesTheSameWorld() async throws {
        let trace = try await Self.serve(on: SystemNetwork(), tickRate: 1_000)
        expectSame(trace, try await Self.life(seed: 7))
    }

    private static func serve(on network: any Network, tickRate: Int = 60) async throws -> [String]
    {
        let world = LifeWorld(seed: 7)
        let server = GameServer(
            world: world, configuration: .init(host: "127.0.0.1", tickRate: tickRate),
            network: network)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            // Calls from outside at any time, as the world's owner may make.
            group.addTask {
                while !Task.isCancelled {
                    _ = await world.steps
                    try await network.clock.sleep(for: .microseconds(4_900))
                }
            }
            while await world.steps <= ticks {
                try await network.clock.sleep(for: .milliseconds(20))
            }
            let trace = await world.trace.through(tick: ticks)
            group.cancelAll()
            while let result = await group.nextResult() { _ = result }
            return trace
        }
    }
}

/// Reports where two runs begin to differ, and nothing after that.
private func expectSame(
    _ trace: [String], _ expected: [String], _ comment: Comment? = nil,
    at location: SourceLocation = #_sourceLocation
) {
    let parting = zip(trace, expected).first { $0.0 != $0.1 }
    #expect(parting?.0 == parting?.1, comment, sourceLocation: location)
    #expect(trace.count == expected.count, comment, sourceLocation: location)
}
