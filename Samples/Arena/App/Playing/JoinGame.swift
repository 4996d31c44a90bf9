import ArenaGame
import Parley
import SampleSupport

/// Plays on a server, with errors in the words of this program.
func joinGame(
    on server: Destination, as name: String, network: any Network = SystemNetwork(),
    _ body: @escaping @Sendable (PredictingClient<ArenaRules>) async throws -> Void
) async throws {
    try await withFailures(of: server) {
        try await PredictingClient<ArenaRules>.play(
            on: server.server.host, port: server.server.port, as: name,
            configuration: server.client, network: network, body)
    }
}

/// Runs `body`, and puts the errors of a session into the words of this program.
func withFailures(of server: Destination, _ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch GameClientError.cannotConnect(let error) where error.isRefused {
        throw Failure("no server answers at \(server); “arena serve” starts one")
    } catch GameClientError.goodbye(let goodbye) where goodbye.code != .notResumed {
        throw Failure("the server ended the game: \(goodbye.text)")
    }
}
