import ParleySimulation
import ParleySockets
import ParleyWorld
import Synchronization
import Testing

/// Games whose players' addresses change while they play.
@Suite(.timeLimit(.minutes(5))) struct MovingClientTests {
    private static let open = LinkProfile(latency: .milliseconds(20))
    private static let blocked = LinkProfile(latency: .milliseconds(20), mtu: 0)

    /// The longest time without a snapshot that shows the walker farther than the one before.
    private func longestPause(
        for span: Duration,
        _ trouble: @escaping @Sendable (Simulation) async throws -> Void
    ) throws -> (pause: Duration, rebindings: UInt64) {
        let simulation = Simulation(seed: 5, links: Self.open)
        return try simulation.serving { server, addresses in
            try await GameClient<WalkGame>.play(
                on: "server", port: addresses.tcp.port, as: "Ann",
                network: simulation.host("ann")
            ) { client in
                let id = try await client.joined().id
                let clock = simulation.clock
                let start = clock.now
                return await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await trouble(simulation) }
                    group.addTask {
                        while true {
                            try await client.send(WalkGame.Command(step: 1))
                            try await clock.sleep(for: .milliseconds(50))
                        }
                    }
                    defer { group.cancelAll() }
                    var (moved, place, longest) = (start, 0 as Int32, Duration.zero)
                    for await snapshot in client.snapshots {
                        let next = snapshot.snapshot.places[id] ?? 0
                        guard next > place else { continue }
                        longest = max(longest, moved.duration(to: clock.now))
                        (moved, place) = (clock.now, next)
                        if start.duration(to: clock.now) > span { break }
                    }
                    longest = max(longest, moved.duration(to: clock.now))
                    return (longest, await server.statistics.received.rebindings)
                }
            }
        }
    }

    /// A router that forgets its table each second.
    @Test func anAddressThatChangesEachSecondStopsNoGame() throws {
        let (pause, rebindings) = try longestPause(for: .seconds(25)) { simulation in
            for _ in 0..<20 {
                try await simulation.clock.sleep(for: .seconds(1))
                simulation.host("ann").rebind()
            }
        }
        #expect(pause < .milliseconds(400), "\(pause)")
        #expect(rebindings >= 18)
    }

    /// UDP is blocked in the moment in which the player moves, before the new address is validated.
    @Test(arguments: BlockedUDPTests.Direction.allCases, [0, 30, 70])
    func aMoveWhoseUDPIsBlockedTakesTheTunnel(
        direction: BlockedUDPTests.Direction, delay: Int
    ) throws {
        let (pause, _) = try longestPause(for: .seconds(20)) { simulation in
            try await simulation.clock.sleep(for: .seconds(3))
            simulation.host("ann").rebind()
            try await simulation.clock.sleep(for: .milliseconds(delay))
            direction.set(Self.blocked, of: simulation)
            try await simulation.clock.sleep(for: .seconds(6))
            direction.set(Self.open, of: simulation)
        }
        #expect(pause < .milliseconds(1_400), "\(pause)")
    }

    /// UDP works for three seconds, and does not for three.
    @Test(arguments: BlockedUDPTests.Direction.allCases)
    func udpThatFlapsEachThreeSecondsStopsNoGame(direction: BlockedUDPTests.Direction) throws {
        let (pause, _) = try longestPause(for: .seconds(40)) { simulation in
            for _ in 0..<6 {
                try await simulation.clock.sleep(for: .seconds(3))
                direction.set(Self.blocked, of: simulation)
                try await simulation.clock.sleep(for: .seconds(3))
                direction.set(Self.open, of: simulation)
            }
        }
        #expect(pause < .milliseconds(1_400), "\(pause)")
    }

    /// The clients of a server that is no more go on sending to the one that has its ports.
    @Test func packetsOfAnEarlierServersSessionsAreNobodys() throws {
        let simulation = Simulation(seed: 2, links: Self.open)
        try simulation.run { simulation in
            let (host, clock) = (simulation.host("server"), simulation.clock)
            let servers = Servers()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await host.keepRunning {
                        let server = GameServer(
                            world: WalkWorld(), configuration: .init(port: 9_000), network: host)
                        servers.all.withLock { $0.append(server) }
                        try await server.run()
                    }
                }
                try await clock.sleep(for: .seconds(1))
                group.addTask {
                    try? await GameClient<WalkGame>.play(
                        on: "server", port: 9_000, as: "Ann", network: simulation.host("ann")
                    ) { client in
                        while true {
                            try await client.send(WalkGame.Command(step: 1))
                            try await clock.sleep(for: .milliseconds(50))
                        }
                    }
                }
                try await clock.sleep(for: .seconds(2))
                host.crash(for: .milliseconds(500))
                try await clock.sleep(for: .seconds(1))
                try await GameClient<WalkGame>.play(
                    on: "server", port: 9_000, as: "Bob", network: simulation.host("bob")
                ) { client in
                    #expect(await client.snapshots.first { _ in true } != nil)
                    try await clock.sleep(for: .seconds(4))
                    let server = try #require(servers.all.withLock { $0.last })
                    let statistics = await server.statistics
                    #expect(statistics.received.unknownSessions > 5)
                    #expect(statistics.players == 1 && statistics.received.rebindings == 0)
                    #expect(client.connectionState == .playing)
                }
                group.cancelAll()
            }
            #expect(servers.all.withLock { $0.count } == 2)
        }
    }

    private final class Servers: Sendable {
        let all = Mutex<[GameServer<WalkWorld>]>([])
    }
}
