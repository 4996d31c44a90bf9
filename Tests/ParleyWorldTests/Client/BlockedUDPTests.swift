import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import Synchronization
import TestGames
import Testing

/// Where UDP is blocked, a game goes on through its connection.
@Suite struct BlockedUDPTests {
    enum Direction: CaseIterable, Sendable {
        case toServer, toClient, both

        /// Datagrams get through no more, or get through again. What is sent over TCP does either way.
        func set(_ profile: LinkProfile, of simulation: Simulation) {
            let (server, ann) = (simulation.host("server"), simulation.host("ann"))
            if self != .toClient { simulation.setLink(from: ann, to: server, profile) }
            if self != .toServer { simulation.setLink(from: server, to: ann, profile) }
        }
    }

    private static let open = LinkProfile(latency: .milliseconds(20))
    private static let blocked = LinkProfile(latency: .milliseconds(20), mtu: 0)

    /// Walks all the time, and returns the pauses in which the walker did not move on the own screen, by their end.
    ///
    /// - Parameters:
    ///   - blocking: From when to when UDP is blocked, from joining on.
    ///   - span: How long the walker plays.
    private func pauses(
        _ direction: Direction, isSealed: Bool, blocking: Range<Duration>, for span: Duration
    ) throws -> [(end: Duration, length: Duration)] {
        try Simulation(seed: 1, links: Self.open).run { simulation in
            let server = GameServer(
                world: WalkWorld(),
                configuration: GameServerConfiguration(
                    port: 9_000, security: isSealed ? .automatic : .none),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                defer { group.cancelAll() }
                return try await GameClient<WalkGame>.play(
                    on: "server", port: 9_000, as: "Ann",
                    configuration: GameClientConfiguration(security: isSealed ? .automatic : .none),
                    network: simulation.host("ann")
                ) { client in
                    try await Self.walk(
                        client, direction, blocking: blocking, for: span, on: simulation)
                }
            }
        }
    }

    private static func walk(
        _ client: GameClient<WalkGame>, _ direction: Direction, blocking: Range<Duration>,
        for span: Duration, on simulation: Simulation
    ) async throws -> [(end: Duration, length: Duration)] {
        let id = try await client.joined().id
        // A new connection needs the way to the server, so this is as early as it can be.
        if blocking.lowerBound == .zero { direction.set(blocked, of: simulation) }
        let clock = simulation.clock
        let start = clock.now
        return await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await client.send(WalkGame.Command(step: 1))
                    try await clock.sleep(for: .milliseconds(50))
                }
            }
            group.addTask {
                try await clock.sleep(for: blocking.lowerBound)
                direction.set(blocked, of: simulation)
                try await clock.sleep(for: blocking.upperBound - blocking.lowerBound)
                direction.set(open, of: simulation)
            }
            defer { group.cancelAll() }
            var (moved, place) = (start, 0 as Int32)
            var pauses: [(end: Duration, length: Duration)] = []
            for await snapshot in client.snapshots {
                let next = snapshot.snapshot.places[id] ?? 0
                guard next > place else { continue }
                let now = clock.now
                pauses.append((start.duration(to: now), moved.duration(to: now)))
                (moved, place) = (now, next)
                if start.duration(to: now) > span { break }
            }
            pauses.append((start.duration(to: clock.now), moved.duration(to: clock.now)))
            return pauses
        }
    }

    /// About a second passes until the other way is taken, and then the walker moves as before.
    @Test(arguments: Direction.allCases, [false, true])
    func theGameGoesOnWhenUDPIsBlockedInTheMiddle(direction: Direction, isSealed: Bool) throws {
        let pauses = try pauses(
            direction, isSealed: isSealed, blocking: .seconds(3)..<(.seconds(8)),
            for: .seconds(15))
        #expect(pauses.last.map { $0.end > .seconds(15) } == true)
        for (end, length) in pauses {
            let isChange = end > .seconds(3) && end < .seconds(5)
            #expect(length < .milliseconds(isChange ? 1_100 : 250), "\(length) until \(end)")
        }
    }

    @Test(arguments: Direction.allCases, [false, true])
    func theGameBeginsWhereUDPIsBlockedFromTheFirstPacketOn(
        direction: Direction, isSealed: Bool
    ) throws {
        let pauses = try pauses(
            direction, isSealed: isSealed, blocking: .zero..<(.seconds(20)), for: .seconds(10))
        #expect(pauses.last.map { $0.end > .seconds(10) } == true)
        for (end, length) in pauses {
            let isBeginning = end < .seconds(2)
            #expect(length < .milliseconds(isBeginning ? 1_300 : 250), "\(length) until \(end)")
        }
    }
}
