public import ParleySockets

/// Games whose clients send only a name.
extension PredictingClient where G.Join == NoJoin {
    /// A client that is not yet connected.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its TCP port; the welcome tells the UDP port.
    ///   - name: 1 to 32 bytes of UTF-8; the server appends a number if the name is taken.
    ///   - configuration: Timeouts, bounds and rates.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        server host: String, port: UInt16, name: String,
        configuration: GameClientConfiguration = GameClientConfiguration(),
        network: any Network = SystemNetwork()
    ) {
        self.init(
            server: host, port: port, name: name, join: NoJoin(), configuration: configuration,
            network: network)
    }

    /// Joins a game for as long as `body` runs, and leaves it then.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its TCP port.
    ///   - name: The name that the player would like.
    ///   - configuration: Timeouts, bounds and rates.
    ///   - network: The system's sockets, or a simulation's.
    ///   - body: Runs after the welcome; cancelled when the session ends.
    /// - Returns: The result of `body`.
    /// - Throws: `GameClientError` when the session could not begin or ended before `body`; else
    ///   the error of `body`.
    public static func play<Outcome: Sendable>(
        on host: String, port: UInt16, as name: String,
        configuration: GameClientConfiguration = GameClientConfiguration(),
        network: any Network = SystemNetwork(),
        _ body: @escaping @Sendable (PredictingClient<G>) async throws -> Outcome
    ) async throws -> Outcome {
        try await play(
            on: host, port: port, as: name, join: NoJoin(), configuration: configuration,
            network: network, body)
    }
}
