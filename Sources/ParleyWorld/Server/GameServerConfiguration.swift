import ParleyProtocol
public import ParleySecurity
public import ParleySessions
public import ParleySockets

/// The ports, rates and limits of a `GameServer`.
///
/// ```swift
/// GameServerConfiguration(port: 9099, tickRate: 60, snapshotRate: 20)
/// ```
public struct GameServerConfiguration: Hashable, Sendable {
    /// What protects the connections, and the identity that players verify.
    ///
    /// By default they are encrypted, and only programs of this machine reach the server and verify it
    /// by themselves. For players elsewhere give it an identity: `.tls(TLSIdentity(keptIn: file))`.
    public var security: StreamSecurity.Server

    /// The address or name to listen on; nil for all of the machine's, or with `.automatic` ``security``
    /// for this machine only. (In a simulation, for its other hosts too.)
    public var host: String?

    /// The TCP port; 0 for a free one, which `GameServer.ready()` tells.
    public var port: UInt16

    /// The UDP port; nil for TCP's number.
    public var udpPort: UInt16?

    /// A TCP port for plain connections beside ``port``, which Panda3D programs speak; nil for none, 0
    /// for a free one.
    ///
    /// Everybody on the way can read and change what a session there sends, and take its seat. A
    /// session that began encrypted does not go on there.
    public var plainPort: UInt16?

    /// The address or name to listen on for ``plainPort``: by default only this machine reaches it.
    public var plainHost = "127.0.0.1"

    /// The secret that a player's client has to present; nil lets anyone in who finds the server.
    ///
    /// It is in the server's invites, and a client that connects by one presents it, once it has verified
    /// the server. Anybody else is refused before the `Authenticator` and the world are asked. A server
    /// with a join secret has encrypted connections only.
    ///
    /// ```swift
    /// configuration.joinSecret = JoinSecret()
    /// let invite = try Invite(
    ///     host: host, port: port, pin: identity.pin, joinSecret: configuration.joinSecret)
    /// print(invite.text)
    /// ```
    public var joinSecret: JoinSecret?

    /// Steps of the world a second, 1 to 1,000.
    public var tickRate: Int

    /// Snapshots a second, at most one per step.
    public var snapshotRate: Int

    /// How many players may be in at once, including those who are away (``reconnectGrace``).
    public var maximumPlayers: Int

    /// How many steps run at once when the server is late. The rest is skipped and counted.
    public var maximumCatchUpTicks = 4

    /// How long a new connection may take until it says hello.
    public var helloTimeout: Duration = .seconds(5)

    /// How many connections without a hello are kept. For one more the oldest of the network that
    /// holds most is closed.
    public var maximumPendingHellos = 128

    /// How long an `Authenticator` may take to answer. Then the player is refused.
    public var loginTimeout: Duration = .seconds(10)

    /// How many connections an `Authenticator` is asked about at once. For one more the oldest of the
    /// network that holds most is refused.
    public var maximumLogins = 64

    /// How many TCP connections are accepted: in all, from one address, and per second.
    ///
    /// 64 from one address are few for players who share one: a school, a LAN, carrier-grade NAT.
    ///
    /// Its `trustedProxies` are exempt from all limits for one address or network, also from those below.
    public var connectionLimits = ConnectionLimits()

    /// How long a player may send nothing at all, over TCP or UDP.
    public var playerTimeout: Duration = .seconds(10)

    /// How long a player that has lost the connection, or fell silent, may take to come back. The
    /// world's `leave` is called only then. `.zero`: players cannot come back.
    ///
    /// The seat stays taken meanwhile. On a full server this holds for players who were heard over UDP
    /// and in for at least a minute; the seats of others are free for newcomers.
    public var reconnectGrace: Duration = .seconds(15)

    /// How many disconnected players of one network keep their seats of those who were not heard over
    /// UDP or were in for less than a minute. For one more the oldest leaves.
    ///
    /// A network is an IPv4 address, or an IPv6 network of 64 bits.
    public var maximumDisconnectedPerNetwork = 16

    /// How many players may be in from one network, including those who are away; nil for as many as
    /// there are seats.
    public var maximumPlayersPerNetwork: Int?

    /// How many bytes of the newest notices are kept for each player, to be sent again to a client
    /// that comes back, and as many of the notices made during the disconnection. A client that has
    /// missed more cannot come back.
    public var maximumResendBytes = 64 * 1_024

    /// How many of a plain client's commands are kept for the next step: the newest.
    public var maximumCommandsPerTick = 8

    /// How many bytes of entities one snapshot for a predicting client may have. Less urgent entities
    /// wait for the next snapshot, so a client that joins receives the world over several.
    public var maximumSnapshotBytes = 3_600

    /// Whether predicting clients get a hash of all their entities whenever no update is in flight, to
    /// detect a world that differs from the server's (`PlayStatistics.driftedSnapshots`).
    public var checksWorlds = false

    /// How many UDP datagrams a player may send per second, and as many at once. More are dropped and
    /// counted. Nil for 240, or four per tick if that is more.
    public var maximumDatagramsPerSecond: Int?

    /// How many bytes those may have per second, and as many at once. More are dropped and counted.
    /// Nil for 400 per datagram of ``maximumDatagramsPerSecond``.
    public var maximumDatagramBytesPerSecond: Int?

    /// How many bytes of commands a datagram may have. A longer one is dropped and counted, before any
    /// of it is decoded.
    public var maximumCommandBytes = 1_200

    /// How many requests a player may make per second, and twice as many at once. A player who makes
    /// more is disconnected with `GoodbyeCode.protocolViolation`.
    public var maximumRequestsPerSecond = 20

    /// Whether a player who makes more requests waits instead: in a zone, a client's first requests are all those that the
    /// last zone has not applied.
    package var holdsRequestsBack = false

    /// How many bytes a request may have. A longer one ends the session, before it is decoded.
    public var maximumRequestBytes = 4 * 1_024

    /// How long the UDP socket lets datagrams gather after it has received some, up to a millisecond or
    /// two. Commands are not delayed by it, since each step takes all that has arrived; a pong is.
    ///
    /// It saves most of the wake-ups of a busy server; `.zero` receives at once.
    public var inputCoalescing: Duration = .milliseconds(1)

    /// How many bytes may wait for a player beyond what the system's buffers hold.
    ///
    /// A player who reads more slowly than that is disconnected with `GoodbyeCode.kicked`.
    public var maximumNoticeBacklog = 512 * 1_024

    /// How long a player may take no byte of those that wait; then the connection is cut off.
    public var slowPlayerTimeout: Duration = .seconds(5)

    /// How long a connection may take to send its last bytes when a session or the server ends.
    public var closingTimeout: Duration = .seconds(2)

    /// A configuration; everything not named here is a property with a sensible value.
    public init(
        host: String? = nil, port: UInt16 = 0, udpPort: UInt16? = nil,
        security: StreamSecurity.Server = .automatic, tickRate: Int = 60, snapshotRate: Int = 20,
        maximumPlayers: Int = 64
    ) {
        self.security = security
        self.host = host
        self.port = port
        self.udpPort = udpPort
        self.tickRate = tickRate
        self.snapshotRate = snapshotRate
        self.maximumPlayers = maximumPlayers
    }
}

extension GameServerConfiguration {
    /// The reason why the configuration is refused; nil if it is valid.
    var complaint: String? {
        guard (1...1_000).contains(tickRate) else { return "a tick rate is 1 to 1,000 a second" }
        guard (1...tickRate).contains(snapshotRate) else {
            return "a snapshot rate is 1 to the tick rate, which is \(tickRate)"
        }
        guard maximumPlayers > 0 else { return "a server has room for a player" }
        guard joinSecret == nil || (security != .none && plainPort == nil) else {
            return "a join secret must not travel in the clear: a server with one has no plain port"
        }
        return nil
    }

    package var playerLimits: PlayerLimits {
        var limits = PlayerLimits()
        limits.players = maximumPlayers
        limits.commandsPerTick = maximumCommandsPerTick
        // A predicting client sends a packet for each tick, and pings.
        let datagrams = maximumDatagramsPerSecond ?? max(240, 4 * tickRate)
        limits.datagramsPerSecond = datagrams
        limits.datagramBytesPerSecond = maximumDatagramBytesPerSecond ?? max(1, datagrams) * 400
        limits.datagramBytes = maximumCommandBytes
        limits.requestsPerSecond = maximumRequestsPerSecond
        limits.holdsRequestsBack = holdsRequestsBack
        return limits
    }

    /// What the sessions' listener needs of it.
    func sessions(of game: String, schema: ReplicationSchema?) -> SessionListenerConfiguration {
        var sessions = SessionListenerConfiguration(
            game: game, schema: schema,
            cadence: SnapshotCadence(tickRate: tickRate, snapshotRate: snapshotRate))
        sessions.security = security
        (sessions.host, sessions.port, sessions.udpPort) = (host, port, udpPort)
        (sessions.plainHost, sessions.plainPort) = (plainHost, plainPort)
        sessions.joinSecret = joinSecret
        sessions.connectionLimits = connectionLimits
        sessions.connectionOptions = connectionOptions
        sessions.playerLimits = playerLimits
        sessions.helloTimeout = helloTimeout
        sessions.maximumPendingHellos = maximumPendingHellos
        sessions.loginTimeout = loginTimeout
        sessions.maximumLogins = maximumLogins
        sessions.playerTimeout = playerTimeout
        sessions.reconnectGrace = reconnectGrace
        sessions.resendBytes = resendBytes
        sessions.maximumPlayersPerNetwork = maximumPlayersPerNetwork
        sessions.maximumDisconnectedPerNetwork = maximumDisconnectedPerNetwork
        sessions.maximumRequestBytes = maximumRequestBytes
        sessions.inputCoalescing = inputCoalescing
        sessions.closingTimeout = closingTimeout
        return sessions
    }

    /// All kept notices may be sent at once, and have to fit beside what else waits.
    var resendBytes: Int {
        reconnectGrace > .zero ? min(maximumResendBytes, maximumNoticeBacklog / 4) : 0
    }

    var connectionOptions: ConnectionOptions {
        var options = ConnectionOptions()
        options.stallTimeout = slowPlayerTimeout
        options.outboundLimit = max(1, maximumNoticeBacklog)
        // Notices are offered, up to the limit; a goodbye is sent, and has room beyond it.
        options.outboundWatermark = options.outboundLimit + 64 * 1_024
        return options
    }
}
