package import ParleyDatagrams
package import ParleyProtocol
import ParleySecurity
package import ParleySockets

/// A player's session with a server, over TCP and UDP, as far as it knows no game: it carries bytes.
///
/// It connects, joins, keeps both ways alive, gets another connection into the same seat when it
/// loses one, and tells what it does. A ``ClientSessionHandler`` gets what arrives.
package actor ClientSession {
    /// The server's name or address.
    package nonisolated let host: String
    /// The server's TCP port; the welcome tells the UDP port.
    package nonisolated let port: UInt16
    /// The limits.
    package nonisolated let configuration: ClientSessionConfiguration
    /// The network that it runs on.
    package nonisolated let network: any Network

    /// The first message, and why it cannot be sent: the game's join value has no bytes.
    package nonisolated let hello: ClientHello
    nonisolated let unsendable: DatagramError?
    nonisolated let handler: any ClientSessionHandler
    nonisolated let link: ClientLink
    nonisolated let welcomed = Promise<Result<Player, any Error>>()
    private var hasRun = false
    /// Makes secrets, and the bytes of challenges.
    var random: any RandomNumberGenerator & Sendable

    /// A session that has not begun.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its TCP port.
    ///   - game: The game's name.
    ///   - name: The name that the player would like.
    ///   - join: Makes the game's own value about the player. `run()` throws its error.
    ///   - schema: The hash of what the client predicts; nil if it predicts nothing.
    ///   - configuration: The limits.
    ///   - network: The system's sockets, or a simulation's.
    ///   - handler: Gets what arrives.
    package init(
        to host: String, port: UInt16, game: String, name: String,
        join: () throws(DatagramError) -> Datagram = { Datagram() }, schema: UInt64?,
        configuration: ClientSessionConfiguration, network: any Network,
        handler: any ClientSessionHandler
    ) {
        self.host = host
        self.port = port
        random = network.makeRandomNumberGenerator()
        var hello = ClientHello(
            game: game, name: name, random: SessionRandom(using: &random),
            secret: configuration.security.joinSecret.flatMap { PresentedSecret($0.bytes) },
            ticket: configuration.ticket, schema: schema)
        do throws(DatagramError) {
            hello.join = try join()
            unsendable = nil
        } catch {
            unsendable = error
        }
        self.hello = hello
        self.configuration = configuration
        self.network = network
        self.handler = handler
        link = ClientLink(
            ClientSessionState(configuration, at: network.clock.now),
            maximumFailures: configuration.failedOpenings)
    }

    // MARK: Questions

    /// What the player sees of the connection.
    package nonisolated var connectionState: ClientConnectionState {
        let now = network.clock.now
        return link.withState { $0.connectionState(at: now) }
    }

    /// Measurements of the link.
    package nonisolated var statistics: LinkStatistics {
        link.withState { $0.meter.statistics }
    }

    /// How the session is protected; nil while there is none.
    package nonisolated var security: SessionSecurity? { link.route?.security }

    /// Whether there is a session.
    package nonisolated var isJoined: Bool { link.route != nil }

    /// Where this client's datagrams come from, nil while there is no session.
    package nonisolated var udpAddress: SocketAddress? { link.route?.socket.localAddress }

    /// Waits until the server has let the player in.
    ///
    /// - Returns: The player as the server sees it.
    /// - Throws: The error of `run()`; `CancellationError` when it was cancelled.
    package nonisolated func joined() async throws -> Player {
        try await welcomed.value().get()
    }

    // MARK: Sending

    /// Sends a payload in a packet: it may be lost, and is then not sent again.
    ///
    /// - Parameters:
    ///   - kind: What it is.
    ///   - encode: Makes its bytes.
    /// - Throws: `ClientSessionError.notJoined`, `.unsendable`, or the socket's `SendError`.
    package nonisolated func sendPacket(
        _ kind: PacketFrameKind, _ encode: () throws(DatagramError) -> Datagram
    ) async throws {
        guard let route = link.route else { throw ClientSessionError.notJoined }
        let payload: Datagram
        do throws(DatagramError) {
            payload = try encode()
        } catch {
            throw ClientSessionError.unsendable(error)
        }
        var deliveries: [PacketDelivery] = []
        route.packets.send(
            kind, payload, isUrgent: true, at: network.clock.now, into: &deliveries)
        for delivery in deliveries {
            switch delivery {
            case .udp(let datagram, let path):
                try await route.socket.send(datagram, to: path.remote, from: path.local)
            case .tunnel(let message, let connection):
                try? connection.offer(message)
            }
        }
    }

    /// Sends a message over TCP: it arrives, once and in order, as long as the session lasts.
    ///
    /// While the client reconnects it is kept, and waits here when too much is kept already.
    ///
    /// - Throws: `ClientSessionError.notJoined`, or the connection's `SendError`.
    package nonisolated func send(_ message: Datagram) async throws {
        guard message.count <= Int(UInt16.max) else {
            throw SendError.tooLong(count: message.count, limit: Int(UInt16.max))
        }
        while true {
            switch link.post(message, canWait: configuration.resendBytes > 0) {
            case .done: return
            case .full(let connection): try? await connection.flush()
            case .waits(let next): try await next.value()
            case .failed(let error): throw error
            case .notJoined: throw ClientSessionError.notJoined
            }
            try Task.checkCancellation()
        }
    }

    // MARK: Running

    /// Connects, joins and stays until the server ends the session or the task is cancelled.
    ///
    /// Cancelling is the way to leave: the client notifies the server, and the call returns without
    /// an error.
    ///
    /// - Throws: `ClientSessionError`, with the server's text where it gave one.
    package func run() async throws {
        guard !hasRun else { throw ClientSessionError.alreadyRun }
        hasRun = true
        do {
            let loop = network.nextLoop()
            try await withTaskExecutorPreference(loop.taskExecutor) { try await runUntilEnd() }
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
        handler.sessionDidEnd()
    }
}
