package import ParleyDatagrams
import ParleyProtocol
package import ParleySockets

/// What a server holds its players to.
package struct PlayerLimits: Hashable, Sendable {
    package var players = 64
    package var commandsPerTick = 8
    package var datagramsPerSecond = 240
    package var datagramBurst = 240
    package var requestsPerSecond = 20
    package var requestBurst = 40

    package init() {}
}

/// What became of a UDP datagram.
package enum PacketOutcome: Hashable, Sendable {
    /// A ping, to be answered.
    case ping(PlayerID, mark: UInt32)
    /// A command that waits for the next step; `droppedOldest` when another one went for it.
    case command(PlayerID, droppedOldest: Bool)
    /// A predicting client's commands.
    case input(PlayerID)
    /// A command that is not newer than those before it.
    case stale(PlayerID)
    /// More than the player may send.
    case limited(PlayerID)
    /// Bytes that are no message, from a player (nil: from nobody).
    case malformed(PlayerID?)
    /// Nobody's token.
    case unknownToken
}

/// One player as the server sees them: name, token, UDP address, limits.
///
/// What the player does is a ``PlayerInput`` of its own: a seat knows no game, so that going through
/// a thousand of them costs what the compiler can make of it.
package struct PlayerSeat: Sendable {
    /// Who sits here.
    package let player: Player
    /// What makes a datagram this player's.
    package let token: SessionToken
    /// Where UDP goes, nil before the first valid datagram.
    package private(set) var address: SocketAddress?
    /// When something valid last came, over TCP or UDP.
    package var lastHeard: NetworkInstant
    /// Whether the player's client predicts: as its input says, kept here too since it is asked of
    /// everybody each tick, and asking an input is generic.
    package var isPredicting = false
    /// How many requests are allowed.
    package var requests: RateLimit
    private var datagrams: RateLimit
    /// When UDP last came from the player.
    private var lastPacket: NetworkInstant
    /// Whether nothing is sent to the address: the player is away, and silent there, too.
    package private(set) var isMuted = false

    /// A seat for somebody who was just let in.
    package init(
        player: Player, token: SessionToken, limits: PlayerLimits, at now: NetworkInstant
    ) {
        self.player = player
        self.token = token
        lastHeard = now
        lastPacket = now
        datagrams = RateLimit(
            perSecond: limits.datagramsPerSecond, burst: limits.datagramBurst)
        requests = RateLimit(perSecond: limits.requestsPerSecond, burst: limits.requestBurst)
    }

    /// Sends nothing any more to who is away and was not heard over UDP for so long, until it is.
    package mutating func mute(after silence: Duration, at now: NetworkInstant) {
        if lastPacket.duration(to: now) >= silence { isMuted = true }
    }

    /// The player is back, and may be sent to, as before.
    package mutating func comeBack(at now: NetworkInstant) {
        lastHeard = now
        isMuted = false
    }

    /// A datagram with this player's token arrived; `rebindings` is raised when the address moves.
    package mutating func receive<Command: DatagramDecodable & Sendable>(
        _ datagram: Datagram, from address: SocketAddress, at now: NetworkInstant,
        into input: inout PlayerInput<Command>, rebindings: inout Int
    ) -> PacketOutcome {
        guard datagrams.take(at: now) else { return .limited(player.id) }
        guard let packet = try? ClientPacket(datagram) else { return .malformed(player.id) }
        let outcome: PacketOutcome
        switch packet.content {
        case .ping(let mark):
            outcome = .ping(player.id, mark: mark)
        case .command(let sequence, let payload):
            guard let command: Command = try? payload.decoded() else {
                return .malformed(player.id)
            }
            // Who predicts has no other commands.
            guard !isPredicting else { return .malformed(player.id) }
            switch input.inbox.accept(command, sequence: sequence) {
            // An old datagram, perhaps repeated by somebody else: it moves nothing.
            case .stale: return .stale(player.id)
            case .accepted: outcome = .command(player.id, droppedOldest: false)
            case .replacedOldest: outcome = .command(player.id, droppedOldest: true)
            }
        case .input(let acknowledgement, let payload):
            guard let bundle: CommandBundle<Command> = try? payload.decoded(),
                let isNew = input.receive(bundle, acknowledging: acknowledgement, at: now)
            else { return .malformed(player.id) }
            // As above: copies in it may have been of use, but it moves nothing.
            guard isNew else { return .stale(player.id) }
            outcome = .input(player.id)
        }
        lastHeard = now
        lastPacket = now
        isMuted = false
        if let bound = self.address, bound != address { rebindings += 1 }
        self.address = address
        return outcome
    }
}
