import ParleySockets

/// How a `GameServer` serves.
///
/// ```swift
/// GameServerConfiguration(port: 9099, tickRate: 60, snapshotRate: 20)
/// ```
public struct GameServerConfiguration: Hashable, Sendable {
    /// The address or name to listen on; nil for all of the machine's.
    public var host: String?

    /// The TCP port; 0 for any that is free, which `GameServer.ready()` then tells.
    public var port: UInt16

    /// The UDP port; nil for the number that TCP has.
    public var udpPort: UInt16?

    /// Steps of the world a second, 1 to 1,000.
    public var tickRate: Int

    /// Snapshots a second, at most one per step.
    public var snapshotRate: Int

    /// How many players may be in at once.
    public var maximumPlayers: Int

    /// How many steps run at once when the server is late; the rest is dropped and counted.
    public var maximumCatchUpTicks = 4

    /// How long a new connection may take until it says hello.
    public var helloTimeout: Duration = .seconds(5)

    /// How many connections that have not said hello are kept; the oldest goes for another one.
    public var maximumPendingHellos = 128

    /// How long a player may say nothing at all, over TCP or UDP.
    public var playerTimeout: Duration = .seconds(10)

    /// How long a player who has lost the connection, or fell silent, may take to come back; the world
    /// is told `leave` only then. `.zero` when nobody can.
    ///
    /// The seat stays taken meanwhile, also of a server that is full.
    public var reconnectGrace: Duration = .seconds(15)

    /// How many bytes of the newest notices are kept for each player, to be sent again to who comes
    /// back; and as many of those that were said while the player was away. Who has missed more than
    /// that cannot come back.
    public var maximumResendBytes = 64 * 1_024

    /// How many of a player's commands are kept for the next step: the newest.
    public var maximumCommandsPerTick = 8

    /// How many bytes of entities a predicting client is sent with one snapshot; what is less urgent
    /// waits. What it does not have yet, after joining say, comes in as many snapshots as that takes.
    public var maximumSnapshotBytes = 3_600

    /// Whether predicting clients are told a hash of all that they see whenever nothing of it is on
    /// its way, so that they find out if their world is another (`PlayStatistics.driftedSnapshots`).
    public var checksWorlds = false

    /// How many UDP datagrams a second a player may send; more are dropped and counted.
    public var maximumDatagramsPerSecond = 240

    /// How many requests a second a player may make, with twice as many at once; who makes more is
    /// put out with `GoodbyeCode.protocolViolation`.
    public var maximumRequestsPerSecond = 20

    /// How many bytes may wait for a player beyond what the system's buffers hold.
    ///
    /// Who reads so slowly that there are more is put out with `GoodbyeCode.kicked`.
    public var maximumNoticeBacklog = 512 * 1_024

    /// How long a player may take no byte of those that wait; then the connection is cut off.
    public var slowPlayerTimeout: Duration = .seconds(5)

    /// How long a connection is given to take its last bytes when a session or the server ends.
    public var closingTimeout: Duration = .seconds(2)

    /// A configuration; everything not named here is a property with a sensible value.
    public init(
        host: String? = nil, port: UInt16 = 0, udpPort: UInt16? = nil, tickRate: Int = 60,
        snapshotRate: Int = 20, maximumPlayers: Int = 64
    ) {
        self.host = host
        self.port = port
        self.udpPort = udpPort
        self.tickRate = tickRate
        self.snapshotRate = snapshotRate
        self.maximumPlayers = maximumPlayers
    }
}

extension GameServerConfiguration {
    /// What does not make sense, nil when all does.
    var complaint: String? {
        guard (1...1_000).contains(tickRate) else { return "a tick rate is 1 to 1,000 a second" }
        guard (1...tickRate).contains(snapshotRate) else {
            return "a snapshot rate is 1 to the tick rate, which is \(tickRate)"
        }
        guard maximumPlayers > 0 else { return "a server has room for a player" }
        return nil
    }

    var playerLimits: PlayerLimits {
        var limits = PlayerLimits()
        limits.players = maximumPlayers
        limits.commandsPerTick = maximumCommandsPerTick
        limits.datagramsPerSecond = maximumDatagramsPerSecond
        limits.datagramBurst = maximumDatagramsPerSecond
        limits.requestsPerSecond = maximumRequestsPerSecond
        limits.requestBurst = maximumRequestsPerSecond * 2
        return limits
    }

    /// All that is kept may be sent at once, and has to fit beside what else waits.
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
