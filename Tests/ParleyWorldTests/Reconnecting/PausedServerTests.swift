import ParleySimulation
import ParleySockets
import ParleyWorld
import Testing

/// A server that is stopped for so long that its clients look for another connection.
@Suite struct PausedServerTests {
    /// How long a client that loses the server tries before it does so again.
    private static let patience = Duration.seconds(2)

    /// Plays until a second after the pause, with one player.
    ///
    /// - Parameter length: How long the server is paused, given the moment at which that begins.
    /// - Returns: When the player lost the connection, and the state in the end.
    private func play(
        seed: UInt64, pausedFor length: Duration
    ) throws -> (lost: NetworkInstant?, began: NetworkInstant, end: ClientConnectionState) {
        try Simulation(seed: seed).run { simulation in
            let server = GameServer(
                world: WalkWorld(), configuration: .init(port: 9000),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                defer { group.cancelAll() }
                return try await GameClient<WalkGame>.play(
                    on: "server", port: 9000, as: "Ann", network: simulation.host("ann")
                ) { client in
                    let clock = simulation.clock
                    try await clock.sleep(for: .seconds(3))
                    let began = clock.now
                    simulation.host("server").pause(for: length)
                    var lost: NetworkInstant?
                    while clock.now < began.advanced(by: length + .seconds(1)) {
                        if case .reconnecting(let since) = client.connectionState {
                            lost = lost ?? since
                        }
                        try await clock.sleep(for: .milliseconds(10))
                    }
                    return (lost, began, client.connectionState)
                }
            }
        }
    }

    /// The server lets the player in again in the very moment in which the client gives up its try.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func aSessionThatIsResumedAtTheLastMomentGoesOn(seed: UInt64) throws {
        let first = try play(seed: seed, pausedFor: .seconds(14))
        let lost = try #require(first.lost)
        let pause = first.began.duration(to: lost) + Self.patience
        #expect(try play(seed: seed, pausedFor: pause).end == .playing)
    }

    @Test(arguments: [5, 11, 12, 13, 20, 30])
    func theSessionGoesOnAfterAnyPause(seconds: Int) throws {
        #expect(try play(seed: 1, pausedFor: .seconds(seconds)).end == .playing)
    }
}
