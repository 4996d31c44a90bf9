import ParleyDatagrams
import ParleyHandoff
import ParleySockets

/// A client's connection to a world server.
struct WorldClient: Sendable {
    let connection: Connection
    /// Who plays; nil before the session.
    var character: CharacterID?
    /// The session.
    var login: LoginNumber?
    /// Whether the store has said that the session stands. A proof alone does not.
    var isConfirmed = false
    /// The account's name.
    var name = ""
    /// The zone that the client was sent to.
    var zone: ZoneName?
    /// When it connected.
    let since: Duration
    /// When it was last heard.
    var heard: Duration
    /// Whether a login of it is being checked.
    var isLoggingIn = false
    /// How much it may say.
    var chat: RateLimit
    /// How often it may ask.
    var requests = RateLimit(perSecond: 10, burst: 40)

    /// Sends a reply. A client that does not read is cut off by its connection's limits.
    func send(_ reply: RealmReply) {
        guard let bytes = try? Datagram(encoding: reply) else { return }
        try? connection.offer(bytes)
    }
}
