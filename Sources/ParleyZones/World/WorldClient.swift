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
    /// Who holds the character, as far as this server has heard.
    private(set) var owner: Owner?
    /// When it connected.
    let since: Duration
    /// When it was last heard.
    var heard: Duration
    /// Whether a login of it is being checked.
    var isLoggingIn = false
    /// When it was last told that the server is there, while its login takes its time.
    var reassured = Duration.zero
    /// How much it may say.
    var chat: RateLimit
    /// How often it may ask.
    var requests = RateLimit(perSecond: 10, burst: 40)

    /// The zone that has the character.
    var zone: ZoneName? { owner?.zone }

    /// Notes who holds the character. What is heard late does not count.
    mutating func note(_ owner: Owner) {
        if owner.epoch >= self.owner?.epoch ?? owner.epoch { self.owner = owner }
    }

    /// Sends a reply. A client that does not read is cut off by its connection's limits.
    func send(_ reply: RealmReply) {
        guard let bytes = try? Datagram(encoding: reply) else { return }
        try? connection.offer(bytes)
    }
}
