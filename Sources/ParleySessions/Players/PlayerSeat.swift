package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// One player as the server sees them: name, packets, limits.
///
/// The player's commands are in a ``PlayerInput`` beside it.
package struct PlayerSeat: Sendable {
    /// The player of this seat.
    package let player: Player
    /// The player's packets.
    package let link: PacketLink
    /// When something valid last came, over TCP or UDP.
    package var lastHeard: NetworkInstant
    /// Whether the player's client predicts. A copy of what its input says, since each tick asks it of
    /// every player.
    package var isPredicting = false
    /// Whether the player was heard over UDP or through the tunnel.
    package private(set) var isHeard = false
    /// How many requests are allowed.
    package var requests: RateLimit
    /// How many packets through the tunnel are looked at.
    package var tunnelled: RateLimit
    private var allowance: DatagramAllowance
    /// When a packet last came from the player.
    private var lastPacket: NetworkInstant
    /// Whether no snapshots are sent, because the player is away and silent there, too.
    package private(set) var isMuted = false

    /// A seat for a player who was just let in.
    package init(player: Player, link: PacketLink, limits: PlayerLimits, at now: NetworkInstant) {
        self.player = player
        self.link = link
        lastHeard = now
        lastPacket = now
        allowance = DatagramAllowance(limits)
        requests = RateLimit(
            perSecond: limits.requestsPerSecond, burst: limits.requestsPerSecond * 2)
        // Twice as many as are ever of use, and what a stalled connection brings at once.
        tunnelled = RateLimit(
            perSecond: limits.datagramsPerSecond * 2, burst: limits.datagramsPerSecond * 8)
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

    /// Takes a datagram with the number of this player's session.
    ///
    /// Its size and the player's limits are checked before anything is opened. Commands are kept as bytes, those of
    /// useless sequences and ticks not even that.
    ///
    /// - Parameters:
    ///   - packet: The whole datagram.
    ///   - header: Its header.
    ///   - address: Where it came from.
    ///   - local: The local address to which it was sent, from which the player is answered.
    ///   - now: When it is taken.
    ///   - tick: The newest tick, which answers to pings tell.
    ///   - input: The player's commands.
    ///   - scratch: Memory for the plaintext.
    ///   - wantsAnswer: Becomes true if an answer is to leave at once.
    package mutating func receive(
        _ packet: Datagram, _ header: PacketHeader, from address: SocketAddress,
        to local: SocketAddress?, at now: NetworkInstant, tick: Tick,
        into input: inout PlayerInput, scratch: inout Datagram, wantsAnswer: inout Bool
    ) -> PacketOutcome {
        guard packet.count <= allowance.largestPacket else { return .oversized(player.id) }
        let arrival: PacketArrival
        do throws(PacketDrop) {
            arrival = try link.receive(
                packet, header, from: address, to: local, at: now, scratch: &scratch)
        } catch {
            return .dropped(player.id, error)
        }
        wantsAnswer = arrival.wantsAnswer
        return take(arrival, of: packet.count, tick, into: &input, at: now)
    }

    /// Takes a packet of this player that came through the tunnel.
    package mutating func receiveTunnelled(
        _ packet: Datagram, at now: NetworkInstant, tick: Tick, into input: inout PlayerInput
    ) -> PacketOutcome {
        guard packet.count <= allowance.largestPacket else { return .oversized(player.id) }
        let arrival: PacketArrival
        do throws(PacketDrop) {
            arrival = try link.receiveTunnelled(packet, at: now)
        } catch {
            return .dropped(player.id, error)
        }
        return take(arrival, of: packet.count, tick, into: &input, at: now)
    }

    /// Takes what an authentic packet brought, which is a sign of life. Only such packets count for the player's
    /// limits: others may know the session's number.
    private mutating func take(
        _ arrival: PacketArrival, of count: Int, _ tick: Tick, into input: inout PlayerInput,
        at now: NetworkInstant
    ) -> PacketOutcome {
        switch allowance.take(count, payload: arrival.payload?.bytes.count ?? 0, at: now) {
        case .allowed: break
        case .limited: return .limited(player.id)
        case .oversized: return .oversized(player.id)
        }
        lastHeard = now
        lastPacket = now
        isMuted = false
        isHeard = true
        if let mark = arrival.ping { link.answer(mark: mark, tick: tick) }
        guard let payload = arrival.payload else {
            return arrival.ping == nil ? .control(player.id) : .ping(player.id)
        }
        if let roundTrip = arrival.roundTrip { input.receive(roundTrip: roundTrip) }
        var reader = payload.bytes.reader
        switch payload.kind {
        case .command:
            // A predicting client has no numbered commands.
            guard !isPredicting, let sequence = try? reader.read(UInt32.self) else {
                return .malformed(player.id)
            }
            return switch input.receive(sequence: sequence, from: reader) {
            case .stale: .stale(player.id)
            case .oversized: .oversized(player.id)
            case .accepted: .command(player.id, droppedOldest: false)
            case .replacedOldest: .command(player.id, droppedOldest: true)
            }
        case .input:
            let acknowledgement: SnapshotAcknowledgement?
            do throws(DatagramError) {
                acknowledgement = try ClientPayload.readAcknowledgement(from: &reader)
            } catch {
                return .malformed(player.id)
            }
            return
                switch input.receiveBundle(
                    from: &reader, acknowledging: acknowledgement, at: now)
            {
            case .newer: .input(player.id)
            case .older: .stale(player.id)
            case .malformed: .malformed(player.id)
            }
        default:
            return .malformed(player.id)
        }
    }
}
