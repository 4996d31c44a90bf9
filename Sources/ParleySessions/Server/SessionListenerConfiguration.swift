package import ParleyProtocol
package import ParleySecurity
package import ParleySockets

/// The ports, limits and times of a ``SessionListener``, and what its welcome says.
package struct SessionListenerConfiguration: Sendable {
    /// The game's name, which a hello has to have.
    package var game: String
    /// What predicting clients are replicated; nil if none is served.
    package var schema: ReplicationSchema?
    /// Ticks a second, and snapshots.
    package var cadence: SnapshotCadence
    /// What protects the connections.
    package var security = StreamSecurity.Server.automatic
    /// The address or name to listen on; nil for all of the machine's, or with `.automatic` security
    /// for those that only this machine reaches.
    package var host: String?
    /// The TCP port; 0 for a free one.
    package var port: UInt16 = 0
    /// The UDP port; nil for TCP's number.
    package var udpPort: UInt16?
    /// The TCP port for plain connections beside `port`; nil for none, 0 for a free one.
    package var plainPort: UInt16?
    /// The address or name to listen on for plain connections.
    package var plainHost = "127.0.0.1"
    /// How many connections are accepted.
    package var connectionLimits = ConnectionLimits()
    /// How connections queue.
    package var connectionOptions = ConnectionOptions()
    /// What each player may send.
    package var playerLimits = PlayerLimits()
    /// How long a new connection may take until it says hello.
    package var helloTimeout: Duration = .seconds(5)
    /// How many connections without a hello are kept.
    package var maximumPendingHellos = 128
    /// What a client has to present, before anybody is asked; nil for anyone.
    package var joinSecret: JoinSecret?
    /// How long an authenticator may take.
    package var loginTimeout: Duration = .seconds(10)
    /// How many connections an authenticator is asked about at once.
    package var maximumLogins = 64
    /// How long a player may send nothing at all.
    package var playerTimeout: Duration = .seconds(10)
    /// How long a player that has lost the connection may take to come back; zero for never.
    package var reconnectGrace: Duration = .seconds(15)
    /// How many players may be in from one network; nil for as many as there are seats.
    package var maximumPlayersPerNetwork: Int?
    /// How many disconnected players of one network keep their seats without having played.
    package var maximumDisconnectedPerNetwork = 16
    /// How many bytes of notices are kept for each player, to be sent again.
    package var resendBytes = 64 * 1_024
    /// How many bytes a request may have.
    package var maximumRequestBytes = 4 * 1_024
    /// How long the UDP socket lets datagrams gather.
    package var inputCoalescing: Duration = .milliseconds(1)
    /// How long a connection may take to send its last bytes.
    package var closingTimeout: Duration = .seconds(2)

    /// The defaults, for a game of these rates.
    package init(game: String, schema: ReplicationSchema?, cadence: SnapshotCadence) {
        self.game = game
        self.schema = schema
        self.cadence = cadence
    }
}
