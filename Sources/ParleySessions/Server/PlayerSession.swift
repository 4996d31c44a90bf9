import ParleyDatagrams
import ParleyProtocol
import ParleySockets

/// A player's session, from the hello on. `isPlaying` from the tick on at which the world let the
/// player in.
struct PlayerSession {
    let player: Player
    let token: SessionToken
    /// The network that the hello came from, as limits per network count it.
    let network: SocketAddress
    /// Whether its connections are encrypted: the first one, and so all others.
    let isEncrypted: Bool
    /// From the reader to the ticks, as bytes. A reader that is ahead waits, and so does its peer.
    let requests = BoundedMailbox<Datagram>(capacity: 64)
    /// The newest connection; nil while the player is away.
    var link: PlayerLink?
    /// When the world let the player in; nil before.
    var joined: NetworkInstant?
    /// The notices.
    var sent: ResendTail
    /// How many requests came.
    var received: UInt64 = 0
    /// The newest attempt to come back.
    var attempt: UInt32 = 0
    /// How often that may be: each return may have all kept notices sent again.
    var returns = RateLimit(perSecond: 2, burst: 10)

    /// Whether the world has let the player in.
    var isPlaying: Bool { joined != nil }
}

/// A player who has lost the connection, and may come back.
struct DisconnectedPlayer {
    let player: PlayerID
    let network: SocketAddress
    let reason: LeaveReason
    let deadline: NetworkInstant
    /// Whether the player had really played: was heard over UDP, and in for a minute. The seats of
    /// the others go to newcomers on a full server, or a flood of short sessions would keep all.
    let hasPlayed: Bool
}
