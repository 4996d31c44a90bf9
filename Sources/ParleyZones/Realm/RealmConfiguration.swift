package import ParleyHandoff
public import ParleySecurity

/// A realm as all its servers know it: the same value in each process.
///
/// ```swift
/// var realm = RealmConfiguration(game: "ice", map: map)
/// realm.worlds = [ServerPlace(host: "10.0.0.1", serverPort: 9100)]
/// realm.zones = ["town": ServerPlace(host: "10.0.0.2", serverPort: 9101)]
/// ```
public struct RealmConfiguration: Sendable {
    /// The name that a client's game has to have.
    public var game: String
    /// The zones and their borders.
    public var map: ZoneMap
    /// Where the world servers are, in the order of their numbers.
    public var worlds: [ServerPlace] = []
    /// Where the zones' servers are, by the zones' names.
    public var zones: [String: ServerPlace] = [:]
    /// Durations and distances of the zones.
    public var settings = ZoneSettings()
    /// What players may say.
    public var chat = ChatLimits()

    /// How long a zone may act without an answer of a world server, at most: 5 s unless set, and never less than 3 s, since a
    /// zone hands characters over only while 2 s of it are left.
    ///
    /// Longer than the longest pause of the store, such as a fail-over. A zone freezes 0.6 s before its lease ends. One
    /// that dies without a word is replaced no sooner than after it.
    public var lease: Duration {
        get { timings.lease }
        set { timings = HandoffTimings(lease: max(newValue, .seconds(3))) }
    }

    /// How long the store remembers deals.
    public var retention = DealRetention()

    /// The durations of leases and handoffs.
    package var timings = HandoffTimings()

    /// A realm of this map, whose servers are still to be named.
    public init(game: String, map: ZoneMap) {
        self.game = game
        self.map = map
    }

    /// Where players connect to the world servers, in the order of their numbers.
    public var worldAddresses: [WorldAddress] {
        worlds.map { WorldAddress(host: $0.host, port: $0.playerPort) }
    }

    /// All servers, for the links between them.
    var peers: [PeerPlace] {
        var peers = worlds.enumerated().map { number, place in
            PeerPlace(.world(number), host: place.host, port: place.serverPort)
        }
        for name in map.names {
            guard let place = zones[name.text] else { continue }
            peers.append(PeerPlace(.zone(name), host: place.host, port: place.serverPort))
        }
        return peers
    }
}

/// Where a server of a realm is.
public struct ServerPlace: Hashable, Sendable {
    /// The host's name or numeric address, as the other servers and the players reach it.
    public var host: String
    /// The TCP port for the other servers of the realm.
    public var serverPort: UInt16
    /// The port for players; 0 for a free one.
    public var playerPort: UInt16

    /// A server at these ports.
    public init(host: String, serverPort: UInt16, playerPort: UInt16 = 0) {
        self.host = host
        self.serverPort = serverPort
        self.playerPort = playerPort
    }
}

/// What protects the links between the servers of a realm.
public enum ServerLinks: Hashable, Sendable {
    /// Nothing, and only programs of this machine reach the server: for a realm on one machine.
    case local
    /// Nothing: whoever reaches the port may say that it is a server of the realm. For simulations, and for networks of
    /// the realm's own.
    case plain
    /// TLS 1.3. Both ends show certificates of the realm's authority: `world:0`, `zone:north`.
    case certified(RealmCredentials)

    /// The local address at which the server listens for others; nil for all.
    var host: String? { self == .local ? "127.0.0.1" : nil }

    var security: PeerSecurity {
        if case .certified(let credentials) = self { .realm(credentials) } else { .none }
    }
}

/// How long a realm's store remembers deals that its worlds have heard of.
///
/// Results that wait for a character to come back are kept in any case. Of older deals a balance's ledger keeps the sum, in
/// one entry, so an audit still adds up.
public struct DealRetention: Hashable, Sendable {
    /// How long a deal's name, its result and its entries in the ledger are kept: seven days. Not less than ``least``.
    public var memory: Duration = .seconds(7 * 86_400)
    /// How often a world server has the store forget: each minute.
    public var interval: Duration = .seconds(60)

    /// The shortest memory: two days. A player's session lasts a day without a connection, and a deal that is forgotten
    /// would take place again.
    public static var least: Duration { .seconds(2 * 86_400) }

    /// The values above.
    public init() {}

    /// The date before which deals are forgotten.
    func date(at now: UInt64) -> Int64 {
        Int64(clamping: now) - max(memory, Self.least).components.seconds
    }
}

/// How much a player may say.
public struct ChatLimits: Hashable, Sendable {
    /// Messages a second, and four times as many at once. What is beyond is refused.
    public var messagesPerSecond = 2
    /// Bytes of one message.
    public var bytes = 256

    /// The limits above.
    public init() {}
}
