import ParleyProtocol
import ParleySockets

/// The limits that a server sets for its players.
package struct PlayerLimits: Hashable, Sendable {
    /// Players at the same time.
    package var players = 64
    /// Commands of a plain client that wait for a step.
    package var commandsPerTick = 8
    /// UDP datagrams of a player a second, and as many at once.
    package var datagramsPerSecond = 240
    /// Bytes of those a second, and as many at once.
    package var datagramBytesPerSecond = 96_000
    /// Bytes of one of them.
    package var datagramBytes = 1_200
    /// Requests of a player a second, and twice as many at once.
    package var requestsPerSecond = 20
    /// Whether a player who makes more waits, instead of losing the session.
    package var holdsRequestsBack = false
    /// Packets with a wrong tag, after which the session ends.
    package var failedOpenings = SessionPackets.mostFailures

    package init() {}
}

/// How much a player may send over UDP: datagrams, and bytes.
struct DatagramAllowance: Sendable {
    private var datagrams: RateLimit
    private var bytes: RateLimit
    private let largest: Int

    /// The result of asking for one more.
    enum Decision: Hashable, Sendable {
        case allowed
        /// More than the player may send a second.
        case limited
        /// A datagram that no limit would ever allow.
        case oversized
    }

    init(_ limits: PlayerLimits) {
        datagrams = RateLimit(
            perSecond: limits.datagramsPerSecond, burst: limits.datagramsPerSecond)
        largest = limits.datagramBytes
        // The largest datagram has to fit at any rate.
        bytes = RateLimit(
            perSecond: limits.datagramBytesPerSecond,
            burst: max(limits.datagramBytesPerSecond, largest + SessionPackets.maximumCount))
    }

    /// How many bytes a packet may have before it is opened. A client pads its first ones.
    var largestPacket: Int { largest + SessionPackets.maximumCount }

    /// Decides by a packet's size whether its payload is looked at.
    mutating func take(_ count: Int, payload: Int, at now: NetworkInstant) -> Decision {
        guard payload <= largest else { return .oversized }
        guard datagrams.take(at: now), bytes.take(count, at: now) else { return .limited }
        return .allowed
    }
}
