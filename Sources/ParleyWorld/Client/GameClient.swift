import ParleyDatagrams
public import ParleyProtocol
public import ParleySessions
public import ParleySockets

/// A player's side of a game.
///
/// ```swift
/// try await GameClient<ArenaGame>.play(on: "localhost", port: 9099, as: "Ann") { client in
///     for await state in client.snapshots {
///         try await client.send(.walk(towards: nearest(in: state.snapshot)))
///     }
/// }
/// ```
public actor GameClient<G: GameProtocol> {
    /// The server's name or address.
    public nonisolated var host: String { session.host }

    /// The server's TCP port.
    public nonisolated var port: UInt16 { session.port }

    /// The name that the player would like.
    public nonisolated var name: String { session.hello.name }

    /// How the client behaves.
    public nonisolated let configuration: GameClientConfiguration

    /// The network that it runs on.
    public nonisolated var network: any Network { session.network }

    /// The newest snapshot of the world. A slow reader skips snapshots.
    ///
    /// For one reader; ends with the session.
    public nonisolated var snapshots: AsyncStream<TimedSnapshot<G.Snapshot>> {
        receiver.snapshots
    }

    private nonisolated let receiver: GameReceiver<G>
    nonisolated let session: ClientSession

    /// A client that is not yet connected.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its TCP port; the welcome tells the UDP port.
    ///   - name: 1 to 32 bytes of UTF-8; the server appends a number if the name is taken.
    ///   - join: What the world gets beside the name, at most 512 bytes.
    ///   - configuration: Timeouts and bounds.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        server host: String, port: UInt16, name: String, join: G.Join,
        configuration: GameClientConfiguration = GameClientConfiguration(),
        network: any Network = SystemNetwork()
    ) {
        self.init(
            server: host, port: port, name: name, join: join, configuration: configuration,
            network: network, audience: nil)
    }

    init(
        server host: String, port: UInt16, name: String, join: G.Join,
        configuration: GameClientConfiguration, network: any Network,
        audience: (any SnapshotConsumer)?
    ) {
        self.configuration = configuration
        receiver = GameReceiver(configuration, audience: audience)
        session = ClientSession(
            to: host, port: port, game: G.name, name: name,
            join: { () throws(DatagramError) in try Datagram(encoding: join) },
            schema: audience?.schemaHash, configuration: configuration.session, network: network,
            handler: receiver)
    }

    /// The server's notices, in order; none is dropped.
    ///
    /// For one reader that keeps up: when `noticeBacklog` notices wait, the client stops
    /// reading, and a server with more to send disconnects it. Ends with the session.
    public nonisolated var notices: AsyncStream<G.Notice> {
        AsyncStream { [inbox = receiver.inbox] in await inbox.next() }
    }

    /// The smoothed time from a ping to its answer, nil before the first.
    public var roundTripTime: Duration? { session.statistics.roundTripTime }

    /// Measurements of the link.
    public var statistics: ClientStatistics { linkStatistics }

    nonisolated var linkStatistics: ClientStatistics { receiver.statistics(of: session.statistics) }

    /// Where this client's datagrams come from, nil while there is no session.
    package var udpAddress: SocketAddress? { session.udpAddress }

    /// Whether the client is connected, and if not, why.
    public nonisolated var connectionState: ClientConnectionState { session.connectionState }

    /// Whether the session is encrypted, and how the server was verified; nil while there is none.
    public nonisolated var security: SessionSecurity? { session.security }

    /// Waits until the server has let the player in.
    ///
    /// - Returns: The player as the server sees it.
    /// - Throws: The error of `run()`; `CancellationError` when it was cancelled.
    public nonisolated func joined() async throws -> Player { try await session.joined() }

    /// Sends a command over UDP: it may be lost, and is then not sent again.
    ///
    /// - Returns: Its sequence, which comes back as `TimedSnapshot.acknowledgedSequence`.
    /// - Throws: `GameClientError.notJoined`, `.unsendable`, or the socket's `SendError`.
    @discardableResult
    public nonisolated func send(_ command: G.Command) async throws -> UInt32 {
        guard session.isJoined else { throw GameClientError.notJoined }
        let number = receiver.nextSequence()
        try await session.sendPacket(.command) { () throws(DatagramError) in
            try ClientPayload.command(encoding: command, sequence: number)
        }
        return number
    }

    /// Makes a request over TCP: it arrives, once and in order, as long as the session lasts.
    ///
    /// While the client reconnects it is kept, and waits here when too much is kept already.
    ///
    /// - Throws: `GameClientError.notJoined`, `.unsendable`, or the connection's `SendError`.
    public nonisolated func request(_ request: G.Request) async throws {
        let message: Datagram
        do throws(DatagramError) {
            message = try ClientMessage.request(encoding: request)
        } catch {
            throw GameClientError.unsendable(error)
        }
        try await session.send(message)
    }

    /// Connects, joins and stays until the server ends the session or the task is cancelled.
    ///
    /// Cancelling is the way to leave: the client notifies the server, and the call returns without
    /// an error.
    ///
    /// - Throws: `GameClientError`, with the server's text where it gave one.
    public func run() async throws { try await session.run() }
}
