import ParleyProtocol
public import ParleySockets

extension GameClient {
    /// Joins a game for as long as `body` runs, and leaves it then.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its TCP port.
    ///   - name: The name that the player would like.
    ///   - join: What the world gets beside the name, at most 512 bytes.
    ///   - configuration: Timeouts and bounds.
    ///   - network: The system's sockets, or a simulation's.
    ///   - body: Runs after the welcome; cancelled when the session ends.
    /// - Returns: The result of `body`.
    /// - Throws: `GameClientError` when the session could not begin or ended before `body`; else
    ///   the error of `body`.
    public static func play<Outcome: Sendable>(
        on host: String, port: UInt16, as name: String, join: G.Join,
        configuration: GameClientConfiguration = GameClientConfiguration(),
        network: any Network = SystemNetwork(),
        _ body: @escaping @Sendable (GameClient<G>) async throws -> Outcome
    ) async throws -> Outcome {
        let client = GameClient(
            server: host, port: port, name: name, join: join, configuration: configuration,
            network: network)
        return try await playSession(
            run: { try await client.run() }, joined: { try await client.joined() },
            body: { try await body(client) })
    }
}

/// Runs a session, and `body` in it once the player is in; whichever ends first ends the other.
func playSession<Outcome: Sendable>(
    run: @escaping @Sendable () async throws -> Void,
    joined: @escaping @Sendable () async throws -> Player,
    body: @escaping @Sendable () async throws -> Outcome
) async throws -> Outcome {
    let (session, outcome) = await withTaskGroup(of: PlayPart<Outcome>.self) { group in
        group.addTask { .session(await Result(catching: run)) }
        if (try? await joined()) != nil {
            group.addTask { .body(await Result(catching: body)) }
        }
        var session: Result<Void, any Error> = .success(())
        var outcome: Result<Outcome, any Error> = .failure(CancellationError())
        for await part in group {
            switch part {
            case .session(let result): session = result
            case .body(let result): outcome = result
            }
            group.cancelAll()
        }
        return (session, outcome)
    }
    // A lost session is the reason for the errors of `body`: failed sends, ended streams.
    try session.get()
    return try outcome.get()
}

/// The result of one of the two parts of playing.
private enum PlayPart<Outcome: Sendable>: Sendable {
    case session(Result<Void, any Error>)
    case body(Result<Outcome, any Error>)
}

extension Result where Failure == any Error {
    /// The result of an asynchronous body.
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
