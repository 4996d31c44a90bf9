import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Testing

/// A client on a conditioned network, and a listener on the plain one that it connects to.
struct ConditionedStage {
    let network: any Network
    let manager: ConnectionManager
    let listener: ConnectionListener
    let options: ConnectionOptions
    var address: SocketAddress { listener.localAddress }

    /// A connection on a conditioned link and its peer, which has a plain one.
    func pair(_ options: ConnectionOptions = .init()) async throws -> (Connection, Connection) {
        let client = try await manager.connect(to: address, options: options)
        return (client, try await #require(listener.connections.first()))
    }
}

/// Runs `body` with a plain listener and a manager whose sockets are conditioned.
func onConditionedStage(
    _ profile: LinkProfile, _ options: ConnectionOptions = .init(), seed: UInt64 = 1,
    _ body: (ConditionedStage) async throws -> Void
) async throws {
    let system = SystemNetwork()
    let network = NetworkConditioner(system, profile: profile, seed: seed)
    try await ConnectionManager.run(network: system) { plain in
        let listener = try await plain.listen(host: "127.0.0.1", options: options)
        try await ConnectionManager.run(network: network) { manager in
            try await body(
                ConditionedStage(
                    network: network, manager: manager, listener: listener, options: options))
        }
    }
}

extension AsyncSequence where Self: Sendable {
    /// The next element; those behind it stay for the next call.
    func first() async rethrows -> Element? {
        try await first { _ in true }
    }
}
