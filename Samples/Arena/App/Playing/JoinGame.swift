import ArenaGame
import Parley
import SampleSupport

/// Plays on a server, and puts its errors into the words of this program.
func joinGame(
    on server: Endpoint, as name: String, network: any Network = SystemNetwork(),
    _ body: @escaping @Sendable (PredictingClient<ArenaRules>) async throws -> Void
) async throws {
    do {
        try await PredictingClient<ArenaRules>.play(
            on: server.host, port: server.port, as: name, network: network, body)
    } catch GameClientError.cannotConnect(let error) where error.isRefused {
        throw Failure("no server answers at \(server); “arena serve” starts one")
    } catch GameClientError.goodbye(let goodbye) {
        throw Failure("the server ended the game: \(goodbye.text)")
    }
}
