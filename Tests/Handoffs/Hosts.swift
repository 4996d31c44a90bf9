import ParleyDatagrams
import ParleyHandoff

/// A character's body in a zone's game: it counts the requests of its session, and mixes all that it did.
struct Body: Hashable {
    var login: UInt64 = 0
    var last: UInt64 = 0
    var hash: UInt64 = 0

    mutating func mix(_ value: UInt64) {
        hash = (hash ^ value) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
    }

    var state: Datagram {
        var datagram = Datagram(minimumCapacity: 24)
        datagram.append(login)
        datagram.append(last)
        datagram.append(hash)
        return datagram
    }

    init() {}

    init?(_ state: Datagram?) {
        guard var reader = state?.reader, let login: UInt64 = try? reader.read(),
            let last: UInt64 = try? reader.read(), let hash: UInt64 = try? reader.read()
        else { return nil }
        (self.login, self.last, self.hash) = (login, last, hash)
    }
}

/// What a zone's shell keeps of a player: its session, and its body while it is in the world.
struct PlayerRecord {
    let character: CharacterID
    var owner: Owner
    var login: LoginNumber
    /// Nil while the body is sealed.
    var body: Body?
    /// Requests that no tick has applied.
    var queue: [UInt64] = []
    /// How many requests a tick has applied.
    var applied: UInt64 = 0
    var notices: UInt64 = 0
    var client: Int?
    /// Where the player wants to cross.
    var wish: Int?
    var mustLeave = false

    static let tail: UInt64 = 8

    /// All that the player is.
    func seal(tick: UInt64, body: Body, countsReceived: Bool = false) -> SealedPlayer {
        SealedPlayer(
            login: login, tick: tick,
            requests: applied + (countsReceived ? UInt64(queue.count) : 0),
            notices: notices,
            noticeTail: Array(repeating: Datagram(), count: Int(min(notices, Self.tail))),
            state: body.state)
    }
}

/// A zone's process, or its place while none runs.
struct ZoneHost {
    var machine: ZoneHandoffs
    /// The machine's process. A machine is large, and asking it would copy it.
    var process: ZoneProcess?
    var players: [PlayerRecord] = []
    var arrivals: [(granted: GrantedPlayer, token: SeatToken?)] = []
    /// Clients that connected before their character came.
    var early: [(character: CharacterID, client: Int, notices: UInt64)] = []
    var tick: UInt64 = 0
    var isUp = true
    var pausedUntil: Int64 = 0
    /// What the lease should be, kept apart from it: heartbeats by number, and the newest answered one.
    var beats: [(number: UInt64, at: Duration)] = []
    var registeredAt: Duration?
    var proven: Duration?

    func player(_ character: CharacterID) -> Int? {
        players.firstIndex { $0.character == character }
    }
}

/// A client's program on one device.
struct ClientHost {
    var follower: ZoneFollower
    /// How many requests the session has sent.
    var sent: UInt64 = 0
    var lastNotice: UInt64 = 0
    var lastLogin: LoginNumber?
    var lastSource: ZoneFollower.Source?
    /// The newest ticket's owner.
    var ticket: Owner?
    /// Whether it is the newest device of its character.
    var isNewest = true
    /// Whether the program has crashed.
    var isGone = false
    var tickets: UInt64 = 0
}

/// A world server's process.
struct WorldHost {
    var machine: WorldDirectory
    var pausedUntil: Int64 = 0
}

/// The store: what it has decided, what its standby has, and the answers that wait for the standby.
struct StoreHost {
    var table = OwnershipTable()
    var standby: OwnershipTable?
    var held: [Envelope] = []
    var backup: OwnershipTable?
    /// A restored store answers nobody before the leases of all processes from before are over.
    var closedUntil: Int64 = 0
    /// Every epoch that was granted: to whom, by which mark, with which state.
    var grants: [Grant] = []

    struct Grant {
        let character: CharacterID
        let owner: Owner?
        let epoch: Epoch
        let mark: UInt64
        let state: Datagram?
    }
}
