import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import Testing

/// The connection state that a player sees.
@Suite struct ConnectionStateTests {
    /// The states while the server's host stands still for three seconds, looked at every 50 ms.
    private func states(_ links: LinkProfile) throws -> [(time: Duration, ClientConnectionState)] {
        try Simulation(seed: 1, links: links).run { simulation in
            let server = GameServer(
                world: WalkWorld(), configuration: .init(port: 9000, snapshotRate: 1),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                defer { group.cancelAll() }
                return try await GameClient<WalkGame>.play(
                    on: "server", port: 9000, as: "Ann", network: simulation.host("ann")
                ) { client in
                    try await Self.watch(client, simulation)
                }
            }
        }
    }

    private static func watch(
        _ client: GameClient<WalkGame>, _ simulation: Simulation
    ) async throws -> [(time: Duration, ClientConnectionState)] {
        let clock = simulation.clock
        var states: [(time: Duration, ClientConnectionState)] = []
        let pause = clock.now.advanced(by: .seconds(10))
        while clock.now < pause.advanced(by: .seconds(8)) {
            if clock.now == pause { simulation.host("server").pause(for: .seconds(3)) }
            states.append((pause.duration(to: clock.now), client.connectionState))
            try await clock.sleep(for: .milliseconds(50))
        }
        return states
    }

    /// One snapshot a second: a live server is heard by its answers to pings. On links with bursts of
    /// losses a live server may be silent for a second too, so none is here.
    @Test(arguments: ["lan", "transatlantic"])
    func aServerThatStandsStillIsSilentAfterASecond(link: String) throws {
        let states = try states(try #require(LinkProfile.named(link)))
        for (time, state) in states {
            switch state {
            case .playing: #expect(time < .milliseconds(1_300) || time > .milliseconds(2_950))
            case .silent(let since):
                #expect(time > .milliseconds(700) && time < .milliseconds(4_000), "\(time)")
                #expect(since.nanoseconds > 0)
            default: Issue.record("\(state) after \(time)")
            }
        }
        #expect(states.contains { if case .silent = $0.1 { true } else { false } })
        #expect(states.last?.1 == .playing)
    }
}
