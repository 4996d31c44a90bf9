import ParleyDatagrams
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

/// Runs a server on loopback of the network of the test for as long as `body` takes, then cancels it and waits for its end.
func serving<W: World, Outcome: Sendable>(
    _ world: W, tickRate: Int = 60, snapshotRate: Int = 20,
    network: any Network = TestNetwork.current.network,
    authenticator: (any Authenticator)? = nil,
    configure: (inout GameServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (GameServer<W>, ServerAddresses) async throws -> Outcome
) async throws -> Outcome {
    var configuration = GameServerConfiguration(
        host: "127.0.0.1", tickRate: tickRate, snapshotRate: snapshotRate)
    // Players of tests that speak the protocol by hand come in plain; clients come in encrypted.
    configuration.plainPort = 0
    // On a machine busy with other tests our peers must not time out before their hello.
    configuration.helloTimeout = .seconds(60)
    configure(&configuration)
    let server = GameServer(
        world: world, configuration: configuration, network: network, authenticator: authenticator)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        let result: Result<Outcome, any Error>
        do { result = .success(try await body(server, server.ready())) } catch {
            result = .failure(error)
        }
        group.cancelAll()
        try await group.waitForAll()
        return try result.get()
    }
}

/// Runs a server with a new world of walkers.
func serving<Outcome: Sendable>(
    tickRate: Int = 60, snapshotRate: Int = 20,
    network: any Network = TestNetwork.current.network,
    configure: (inout GameServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (GameServer<WalkWorld>, ServerAddresses) async throws -> Outcome
) async throws -> Outcome {
    try await serving(
        WalkWorld(), tickRate: tickRate, snapshotRate: snapshotRate, network: network,
        configure: configure, body)
}

/// Joins the server as a player for as long as `body` takes.
func playing<Outcome: Sendable>(
    _ addresses: ServerAddresses, as name: String,
    network: any Network = TestNetwork.current.network,
    configuration: GameClientConfiguration = GameClientConfiguration(),
    _ body: @escaping @Sendable (GameClient<WalkGame>) async throws -> Outcome
) async throws -> Outcome {
    try await GameClient<WalkGame>.play(
        on: "127.0.0.1", port: addresses.tcp.port, as: name, configuration: configuration,
        network: network, body)
}

extension AsyncStream where Element: Sendable {
    /// The first element that fits.
    func first(_ fits: @Sendable (Element) -> Bool) async -> Element? {
        for await element in self where fits(element) { return element }
        return nil
    }
}

extension AsyncStream<ServerEvent> {
    /// Why the next player leaves.
    func nextLeave() async -> LeaveReason? {
        for await event in self {
            if case .playerLeft(_, let reason) = event { return reason }
        }
        return nil
    }

    /// The reason of the next refusal.
    func nextRefusal() async -> Goodbye? {
        for await event in self {
            if case .refused(_, let goodbye) = event { return goodbye }
        }
        return nil
    }
}
