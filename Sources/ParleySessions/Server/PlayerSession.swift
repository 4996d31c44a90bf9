import ParleyDatagrams
import ParleyProtocol
import ParleySockets

/// A player's session, from the hello on. `isPlaying` from the tick on at which the world let the
/// player in.
struct PlayerSession {
    let player: Player
    /// The packets, over UDP and the tunnel.
    let packets: PacketLink
    /// The server's part of the first keys.
    let random: SessionRandom
    /// The secret of the next resume, and the one before, until the client has used the newer one.
    var secret: ResumeSecret
    var formerSecret: ResumeSecret?
    /// What limits per network count the sender of the hello as; nil where they do not apply.
    let network: SocketAddress?
    /// Whom the authenticator knows the player as; nil for a guest.
    var account: Account?
    /// From the reader to the ticks, as bytes. A reader that is ahead waits, and so does its peer.
    let requests = BoundedMailbox<Datagram>(capacity: 64)
    /// The newest connection; nil while the player is away.
    var link: PlayerLink?
    /// Why the session is over, although its connection ends for another reason.
    var revocation: SessionEnding?
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

    /// Whether the first connection was encrypted. The others have to be, too.
    var isEncrypted: Bool { packets.isSealed }

    /// Whether the world has let the player in.
    var isPlaying: Bool { joined != nil }

    /// Whether a resume has the right secret.
    func accepts(_ secret: ResumeSecret) -> Bool {
        // Both are compared, so the time does not tell which one it was.
        let isNewest = secret == self.secret
        let isFormer = secret == formerSecret
        return isNewest || isFormer
    }

    /// Replaces the secret, as a resume has used one.
    mutating func renewSecret(used: ResumeSecret, using random: inout some RandomNumberGenerator) {
        formerSecret = used
        secret = ResumeSecret(using: &random)
    }
}

/// A player who has lost the connection, and may come back.
struct DisconnectedPlayer {
    let player: PlayerID
    let network: SocketAddress?
    let reason: LeaveReason
    let deadline: NetworkInstant
    /// Whether the player had really played: was heard over UDP, and in for a minute. The seats of
    /// the others go to newcomers on a full server, or a flood of short sessions would keep all.
    let hasPlayed: Bool
}
