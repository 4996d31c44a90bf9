import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import Testing

/// The connection state that a player sees.
@Suite struct ConnectionStateTests {
    /// Something that happens at a time after the player has joined.
    private struct Event: Sendable {
        let time: Duration
        let strike: @Sendable (Simulation) -> Void

        init(at time: Duration, _ strike: @escaping @Sendable (Simulation) -> Void) {
            self.time = time
            self.strike = strike
        }
    }

    /// The states from joining on, looked at every 50 ms.
    ///
    /// - Parameters:
    ///   - links: All links.
    ///   - span: How long to look.
    ///   - events: What happens, and when.
    private func states(
        _ links: LinkProfile, for span: Duration,
        _ events: [Event] = [], prepare: @escaping @Sendable (Simulation) -> Void = { _ in },
        reading: @escaping @Sendable (GameClient<WalkGame>) async throws -> Void = { _ in }
    ) throws -> [(time: Duration, ClientConnectionState)] {
        try Simulation(seed: 1, links: links).run { simulation in
            let server = GameServer(
                world: WalkWorld(), configuration: .init(port: 9000, snapshotRate: 1),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                defer { group.cancelAll() }
                prepare(simulation)
                return try await GameClient<WalkGame>.play(
                    on: "server", port: 9000, as: "Ann", network: simulation.host("ann")
                ) { client in
                    let clock = simulation.clock
                    let start = clock.now
                    var events = events
                    var states: [(time: Duration, ClientConnectionState)] = []
                    while case let time = start.duration(to: clock.now), time < span {
                        if let next = events.first, next.time <= time {
                            events.removeFirst().strike(simulation)
                        }
                        states.append((time, client.connectionState))
                        try await reading(client)
                        try await clock.sleep(for: .milliseconds(50))
                    }
                    return states
                }
            }
        }
    }

    /// One snapshot a second: a live server is heard by its answers to pings. On links with bursts of
    /// losses a live server may be silent for a second too, so none is here.
    @Test(arguments: ["lan", "transatlantic"])
    func aServerThatStandsStillIsSilentAfterASecond(link: String) throws {
        let pause = Duration.seconds(10)
        let states = try states(
            try #require(LinkProfile.named(link)), for: .seconds(18),
            [Event(at: pause) { $0.host("server").pause(for: .seconds(3)) }])
        for (moment, state) in states {
            let time = moment - pause
            switch state {
            case .playing: #expect(time < .milliseconds(1_300) || time > .milliseconds(2_950))
            case .silent(let since):
                #expect(time > .milliseconds(650) && time < .milliseconds(4_000), "\(time)")
                #expect(since.nanoseconds > 0)
            default: Issue.record("\(state) after \(time)")
            }
        }
        #expect(states.contains { if case .silent = $0.1 { true } else { false } })
        #expect(states.last?.1 == .playing)
    }

    private static let open = LinkProfile(latency: .milliseconds(20))

    /// Datagrams do not get through, and what is sent over TCP does. New connections need the way to
    /// the server.
    private static let blocked = LinkProfile(latency: .milliseconds(20), mtu: 0)

    @Test func blockedUDPIsSaidWithinASecondAndForAsLongAsItIs() throws {
        let states = try states(
            Self.open, for: .seconds(60),
            prepare: { $0.setLink(from: $0.host("server"), to: $0.host("ann"), Self.blocked) })
        for (time, state) in states where time > .milliseconds(1_050) {
            // In a game without notices nothing comes over TCP either: another connection asks.
            switch state {
            case .playingOverTCP, .reconnecting: continue
            default: Issue.record("\(state) after \(time)")
            }
        }
        let told = states.count { if case .playingOverTCP = $0.1 { true } else { false } }
        #expect(told * 100 > states.count * 95, "\(told) of \(states.count)")
    }

    @Test func blockedUDPIsSaidWhenItBeginsInTheMiddleOfAGame() throws {
        let states = try states(
            Self.open, for: .seconds(9),
            [
                Event(at: .seconds(3)) { $0.links = Self.blocked },
                Event(at: .seconds(6)) { $0.links = Self.open },
            ],
            reading: { try await $0.request(WalkGame.Request("anything")) })
        for (time, state) in states {
            switch state {
            case .playing: #expect(time < .milliseconds(4_200) || time > .milliseconds(5_950))
            case .playingOverTCP:
                #expect(time > .milliseconds(3_500) && time < .milliseconds(6_400))
            default: Issue.record("\(state) after \(time)")
            }
        }
        #expect(states.contains { if case .playingOverTCP = $0.1 { true } else { false } })
        #expect(states.last?.1 == .playing)
    }
}
