package import ParleyProtocol
package import ParleySockets
package import Synchronization

/// The server's side of all sessions: lets players in, and carries bytes between them and a game.
///
/// One player is one session: a TCP connection for what must arrive, and UDP datagrams for what is
/// only worth something now. The listener accepts connections, checks first messages, gives seats,
/// keeps what a reconnecting player has missed, and judges silence. It knows no game. The game asks
/// once a tick what has come (``takeTurn(at:)``), and answers with actions (``perform(_:)``).
///
/// Everything runs on one loop of the network, so a datagram changes no thread.
package actor SessionListener {
    /// Its ports, limits and times.
    package nonisolated let configuration: SessionListenerConfiguration

    /// The network that it listens on.
    nonisolated let network: any Network

    /// The players and what their datagrams brought.
    ///
    /// Locked instead of isolated, so that a datagram changes no executor, which would cost more than
    /// everything else about it.
    package nonisolated let reception: Mutex<Reception>

    /// Gets what happens, in order, while the listener runs.
    nonisolated let report: @Sendable (SessionEvent) -> Void

    /// The protocol's own packets, on their way to the socket.
    nonisolated let replies = Mailbox<PacketDelivery>(bound: .keepNewest(count: 1_024))

    /// Checks who a player is; nil for a server that lets anyone in.
    nonisolated let authenticator: (any Authenticator)?

    var sessions: [PlayerID: PlayerSession] = [:]
    /// The players of accounts.
    var accounts: [Account: PlayerID] = [:]
    /// The connections without a hello, and those that the authenticator is asked about.
    var pending: PendingConnections<PlayerLink>
    var logins: PendingConnections<PlayerLink>
    /// In the order of their deadlines.
    var disconnectedPlayers: [DisconnectedPlayer] = []
    /// The players that join at the next tick, and those that left.
    var joining: [SessionJoin] = []
    var leaving: [Departure] = []
    /// The players that the world is being asked about; with a reason if they left meanwhile.
    var entering: [PlayerID: LeaveReason?] = [:]
    /// Whether requests may be waiting for the next tick.
    var hasRequests = false
    var random: any RandomNumberGenerator & Sendable
    var counters = SessionStatistics()
    var udpPort: UInt16 = 0
    /// The sockets, while the listener runs.
    var manager: ConnectionManager?
    /// The UDP socket and the loop that it lives on, once they are open.
    var socket: DatagramSocket?
    var loop: (any NetworkLoop)?

    /// A listener that does not listen yet.
    ///
    /// - Parameters:
    ///   - configuration: Ports, limits and times.
    ///   - network: The system's sockets, or a simulation's. The listener uses one of its loops.
    ///   - authenticator: Checks who a player is, before the game is asked.
    ///   - report: Called with each event, on the listener's loop. It must not wait.
    package init(
        configuration: SessionListenerConfiguration, network: any Network,
        authenticator: (any Authenticator)? = nil,
        report: @escaping @Sendable (SessionEvent) -> Void
    ) {
        self.configuration = configuration
        self.network = network
        self.report = report
        self.authenticator = authenticator
        random = network.makeRandomNumberGenerator()
        reception = Mutex(
            Reception(
                table: PlayerTable(
                    limits: configuration.playerLimits, isPredicted: configuration.schema != nil,
                    start: random.next()),
                random: network.makeRandomNumberGenerator()))
        pending = PendingConnections(maximum: configuration.maximumPendingHellos)
        logins = PendingConnections(maximum: configuration.maximumLogins)
    }

    /// The counts since the start.
    package var statistics: SessionStatistics {
        var statistics = counters
        statistics.players = sessions.values.count { $0.isPlaying }
        statistics.disconnected = disconnectedPlayers.count
        if let manager { statistics.failedHandshakes = manager.failedHandshakes }
        return statistics
    }

    /// Ends a player's session for good. A disconnected player gets no message, and cannot come back.
    /// Requests that wait reach no tick.
    package func end(_ player: PlayerID, _ ending: SessionEnding) {
        sessions[player]?.requests.finish()
        _ = sessions[player]?.requests.takeAll()
        if let link = sessions[player]?.link {
            // The connection may be making room for another one, which must not have the session then.
            sessions[player]?.revocation = ending
            link.end(ending)
        } else {
            removeDisconnected(of: player, because: ending.reason)
        }
    }
}
