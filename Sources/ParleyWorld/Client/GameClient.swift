import ParleyDatagrams
public import ParleyProtocol
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
    public nonisolated let host: String

    /// The server's TCP port.
    public nonisolated let port: UInt16

    /// The name that the player would like.
    public nonisolated let name: String

    /// How the client behaves.
    public nonisolated let configuration: GameClientConfiguration

    /// The network that it runs on.
    public nonisolated let network: any Network

    /// The newest snapshot of the world. A slow reader skips snapshots.
    ///
    /// For one reader; ends with the session.
    public nonisolated let snapshots: AsyncStream<TimedSnapshot<G.Snapshot>>

    let snapshotSink: AsyncStream<TimedSnapshot<G.Snapshot>>.Continuation
    let inbox: BoundedMailbox<G.Notice>
    let welcomed = Promise<Result<Player, any Error>>()
    nonisolated let link: ClientLink
    /// Where commands leave and snapshots come, over all connections.
    var socket: DatagramSocket?
    /// The predicting part, which takes snapshots of entities; nil in a plain client.
    let audience: (any SnapshotConsumer)?
    private var hasRun = false

    /// A client that is not yet connected.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its TCP port; the welcome tells the UDP port.
    ///   - name: 1 to 32 bytes of UTF-8; the server appends a number if the name is taken.
    ///   - configuration: Timeouts and bounds.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        server host: String, port: UInt16, name: String,
        configuration: GameClientConfiguration = GameClientConfiguration(),
        network: any Network = SystemNetwork()
    ) {
        self.init(
            server: host, port: port, name: name, configuration: configuration, network: network,
            audience: nil)
    }

    init(
        server host: String, port: UInt16, name: String, configuration: GameClientConfiguration,
        network: any Network, audience: (any SnapshotConsumer)?
    ) {
        self.audience = audience
        self.host = host
        self.port = port
        self.name = name
        self.configuration = configuration
        self.network = network
        link = ClientLink(resendBytes: configuration.resendBytes)
        (snapshots, snapshotSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        inbox = BoundedMailbox(capacity: configuration.noticeBacklog)
    }

    /// The server's notices, in order; none is dropped.
    ///
    /// For one reader that keeps up: when `noticeBacklog` notices wait, the client stops
    /// reading, and a server with more to send disconnects it. Ends with the session.
    public nonisolated var notices: AsyncStream<G.Notice> {
        AsyncStream { [inbox] in await inbox.next() }
    }

    /// The smoothed time from a ping to its answer, nil before the first.
    public var roundTripTime: Duration? { link.statistics.roundTripTime }

    /// Measurements of the link.
    public var statistics: ClientStatistics { link.statistics }

    /// Where this client's datagrams come from, nil while there is no session.
    package var udpAddress: SocketAddress? { link.session?.socket.localAddress }

    /// Whether the client is connected.
    public nonisolated var connectionState: ClientConnectionState {
        link.connectionState(at: network.clock.now)
    }

    /// Whether there is a session.
    nonisolated var isPlaying: Bool { link.session != nil }

    /// Waits until the server has let the player in.
    ///
    /// - Returns: The player as the server sees it.
    /// - Throws: The error of `run()`; `CancellationError` when it was cancelled.
    public nonisolated func joined() async throws -> Player {
        try await welcomed.value().get()
    }

    /// Sends a command over UDP: it may be lost, and is then not sent again.
    ///
    /// - Returns: Its sequence, which comes back as `TimedSnapshot.acknowledgedSequence`.
    /// - Throws: `GameClientError.notJoined`, `.unsendable`, or the socket's `SendError`.
    @discardableResult
    public nonisolated func send(_ command: G.Command) async throws -> UInt32 {
        guard let (session, number) = link.nextCommand() else { throw GameClientError.notJoined }
        let packet = try Self.encode { () throws(DatagramError) in
            try ClientPacket.command(encoding: command, sequence: number, token: session.token)
        }
        try await session.socket.send(packet, to: session.server)
        return number
    }

    /// Makes a request over TCP: it arrives, once and in order, as long as the session lasts.
    ///
    /// While the client reconnects it is kept, and waits here when too much is kept already.
    ///
    /// - Throws: `GameClientError.notJoined`, `.unsendable`, or the connection's `SendError`.
    public nonisolated func request(_ request: G.Request) async throws {
        let message = try Self.encode { () throws(DatagramError) in
            try ClientMessage.request(encoding: request)
        }
        guard message.count <= Int(UInt16.max) else {
            throw SendError.tooLong(count: message.count, limit: Int(UInt16.max))
        }
        while true {
            switch link.post(message, canWait: configuration.resendBytes > 0) {
            case .done: return
            case .full(let connection): try? await connection.flush()
            case .waits(let next): try await next.value()
            case .failed(let error): throw error
            case .notJoined: throw GameClientError.notJoined
            }
            try Task.checkCancellation()
        }
    }

    /// Connects, joins and stays until the server ends the session or the task is cancelled.
    ///
    /// Cancelling is the way to leave: the client notifies the server, and the call returns without
    /// an error.
    ///
    /// - Throws: `GameClientError`, with the server's text where it gave one.
    public func run() async throws {
        guard !hasRun else { throw GameClientError.alreadyRun }
        hasRun = true
        do {
            let loop = network.nextLoop()
            try await withTaskExecutorPreference(loop.taskExecutor) { try await runSession() }
            finish(with: CancellationError())
        } catch {
            // A failure that follows from the cancellation is no error of the session.
            guard !Task.isCancelled else {
                finish(with: CancellationError())
                return
            }
            finish(with: error)
            throw error
        }
    }

    private func finish(with error: any Error) {
        link.end()
        welcomed.fulfil(.failure(error))
        snapshotSink.finish()
        inbox.finish()
    }

    nonisolated static func encode(
        _ body: () throws(DatagramError) -> Datagram
    ) throws(GameClientError) -> Datagram {
        do { return try body() } catch { throw .unsendable(error) }
    }
}
