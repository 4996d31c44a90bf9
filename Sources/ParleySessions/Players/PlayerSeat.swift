package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// One player as the server sees them: name, token, UDP address, limits.
///
/// The player's commands are in a ``PlayerInput`` beside it.
package struct PlayerSeat: Sendable {
    /// The player of this seat.
    package let player: Player
    /// The token that makes a datagram this player's.
    package let token: SessionToken
    /// Where UDP goes; nil before the first valid datagram.
    package private(set) var address: SocketAddress?
    /// When something valid last came, over TCP or UDP.
    package var lastHeard: NetworkInstant
    /// Whether the player's client predicts. A copy of what its input says, since each tick asks it of
    /// every player.
    package var isPredicting = false
    /// How many requests are allowed.
    package var requests: RateLimit
    private var allowance: DatagramAllowance
    /// When UDP last came from the player.
    private var lastPacket: NetworkInstant
    /// Whether nothing is sent to the address, because the player is away and silent there, too.
    package private(set) var isMuted = false

    /// A seat for a player who was just let in.
    package init(
        player: Player, token: SessionToken, limits: PlayerLimits, at now: NetworkInstant
    ) {
        self.player = player
        self.token = token
        lastHeard = now
        lastPacket = now
        allowance = DatagramAllowance(limits)
        requests = RateLimit(
            perSecond: limits.requestsPerSecond, burst: limits.requestsPerSecond * 2)
    }

    /// Stops sending to a player who is away and was not heard over UDP for so long.
    package mutating func mute(after silence: Duration, at now: NetworkInstant) {
        if lastPacket.duration(to: now) >= silence { isMuted = true }
    }

    /// The player is back, and is sent to as before.
    package mutating func comeBack(at now: NetworkInstant) {
        lastHeard = now
        isMuted = false
    }

    /// Takes a datagram with this player's token.
    ///
    /// Its size and the player's limits are checked before any of it is read. Commands are kept as bytes,
    /// those of useless sequences and ticks not even that.
    ///
    /// - Parameters:
    ///   - reader: The whole datagram, read up to behind the token.
    ///   - address: Where it came from.
    ///   - now: When it is taken.
    ///   - input: The player's commands.
    ///   - rebindings: Raised by one if the player's address moves.
    package mutating func receive(
        _ reader: inout DatagramReader, from address: SocketAddress, at now: NetworkInstant,
        into input: inout PlayerInput, rebindings: inout Int
    ) -> PacketOutcome {
        switch allowance.take(reader.datagram.count, at: now) {
        case .allowed: break
        case .limited: return .limited(player.id)
        case .oversized: return .oversized(player.id)
        }
        let outcome = take(&reader, into: &input, at: now)
        switch outcome {
        case .ping, .command, .input: break
        // An old datagram, which an attacker may have repeated, is no sign of life and moves no address.
        default: return outcome
        }
        lastHeard = now
        lastPacket = now
        isMuted = false
        if let bound = self.address, bound != address { rebindings += 1 }
        self.address = address
        return outcome
    }

    private func take(
        _ reader: inout DatagramReader, into input: inout PlayerInput, at now: NetworkInstant
    ) -> PacketOutcome {
        guard let content = try? ClientPacket.readContent(from: &reader) else {
            return .malformed(player.id)
        }
        switch content {
        case .ping(let mark):
            return .ping(player.id, mark: mark)
        case .command(let sequence):
            // A predicting client has no numbered commands.
            guard !isPredicting else { return .malformed(player.id) }
            return switch input.receive(sequence: sequence, from: reader) {
            case .stale: .stale(player.id)
            case .oversized: .oversized(player.id)
            case .accepted: .command(player.id, droppedOldest: false)
            case .replacedOldest: .command(player.id, droppedOldest: true)
            }
        case .input(let acknowledgement):
            let outcome = input.receiveBundle(
                from: &reader, acknowledging: acknowledgement, at: now)
            return switch outcome {
            case .newer: .input(player.id)
            case .older: .stale(player.id)
            case .malformed: .malformed(player.id)
            }
        }
    }
}
