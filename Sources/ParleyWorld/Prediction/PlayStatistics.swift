public import ParleyProtocol

/// Measurements of a predicting client: its link, clocks, predictions and traffic.
public struct PlayStatistics: Hashable, Sendable {
    /// The link: round trip, ticks, malformed datagrams.
    public internal(set) var link = ClientStatistics()

    /// Whether the newest snapshot has a body for this player's commands to move.
    ///
    /// All other numbers look well without one: the world's `body(of:)` returns nil for the player, or
    /// `replicate` leaves out the table that has the body, or the body is not in the player's area.
    public internal(set) var hasBody = false

    /// How early a usual command is meant to reach the server; nil before the first report.
    public internal(set) var margin: Duration?

    /// How many ticks the prediction is ahead of the server's newest state.
    public internal(set) var ticksAhead = 0

    /// The share of this client's packets that the server misses, 0 to 1.
    public internal(set) var commandLoss = 0.0

    /// The share of the server's snapshots that do not arrive, 0 to 1.
    public internal(set) var snapshotLoss = 0.0

    /// How far behind a snapshot's usual arrival other entities are drawn.
    public internal(set) var interpolationDelay: Duration = .zero

    /// How fast the clock of commands runs: 0.95 to 1.05.
    public internal(set) var speed = 1.0

    /// How often the clock of commands jumped.
    public internal(set) var jumps = 0

    /// Right and wrong predictions since the beginning.
    public internal(set) var prediction = PredictionStatistics()

    /// Corrections of the pose a second, over the last ten: wrong predictions that can be seen.
    public internal(set) var correctionsPerSecond = 0.0

    /// Bytes of snapshots, with bodies and headers.
    public internal(set) var snapshotBytes = 0

    /// Packets of snapshots that were refused: damaged, implausible, or overtaken by their
    /// baseline.
    public internal(set) var refusedSnapshots = 0

    /// Snapshots whose world was compared with the server's, which is done on request
    /// (`GameServerConfiguration.checksWorlds`).
    public internal(set) var checkedSnapshots = 0

    /// Compared snapshots that differed: none, unless something is broken.
    public internal(set) var driftedSnapshots = 0

    /// Entities' states and their bytes by the name of the type, whole bytes rounded up.
    public internal(set) var traffic: [String: EntityTraffic] = [:]

    /// Nothing yet.
    public init() {}
}

/// A client's traffic for the entities of one type.
public struct EntityTraffic: Hashable, Sendable {
    /// States that arrived.
    public let states: Int
    /// Their bytes.
    public let bytes: Int
}
