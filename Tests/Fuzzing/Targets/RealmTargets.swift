import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleyZones

extension FuzzTarget {
    /// What clients ask world servers.
    static let realmRequests = FuzzTarget("realm-requests", corpus: requestCorpus) { input in
        try read(RealmRequest.self, in: input)
    }

    /// What world servers tell clients.
    static let realmReplies = FuzzTarget("realm-replies", corpus: replyCorpus) { input in
        try read(RealmReply.self, in: input)
    }

    /// What clients present to zones.
    static let zoneCredentials = FuzzTarget("zone-credentials", corpus: credentialCorpus) { input in
        try read(ZoneCredential.self, in: input)
    }

    /// What zones tell clients.
    static let zoneNotices = FuzzTarget("zone-notices", corpus: noticeCorpus) { input in
        try read(ZoneNotice.self, in: input)
    }

    /// Reads a message, and compares it with what is written of it.
    private static func read<Message: DatagramCodable>(
        _ type: Message.Type, in input: [UInt8]
    ) throws {
        let datagram = Datagram(embedded: input)
        let read = try decoded { () throws(DatagramError) in try datagram.decoded() as Message }
        guard let message = read else { return }
        try expect(try Datagram(encoding: message) == datagram, "\(message) was \(input)")
    }

    private static let character = CharacterID(rawValue: 7)
    private static let login = LoginNumber(rawValue: 3)
    private static let secret = Datagram(bytes: [UInt8](repeating: 5, count: 32))

    private static let requestCorpus: [[UInt8]] = encode([
        RealmRequest.logIn(game: "ice", name: "ann", password: "correct horse"),
        .reEnter(game: "ice", name: "ann", token: secret), .comeBack(game: "ice", proof: secret),
        .locate, .chat(.zone, "hello"), .whisper(to: "bob", "psst"), .ping, .leave,
    ])

    private static let replyCorpus: [[UInt8]] = encode(
        [
            RealmReply.welcome(character, login, proof: secret, token: secret), .wait(login),
            .ended(.kicked), .refused("slower, please"), .chat(.realm, from: "ann", "hello"),
            .whisper(from: "ann", "psst"), .pong,
            .tryAgain("the realm cannot take logins now"),
        ]
            + owners.map { .admit($0, login, address: "10.0.0.2:9000", ticket: secret) })

    private static let credentialCorpus: [[UInt8]] = encode([
        ZoneCredential.token(character, SeatToken(rawValue: 9)), .ticket(secret),
    ])

    private static let noticeCorpus: [[UInt8]] = encode(
        [ZoneNotice.Content.game(1, secret), .askWorld].map { ZoneNotice($0) })

    private static let owners: [Owner] = ["town"].compactMap { ZoneName($0) }.map {
        Owner(
            ZoneProcess($0, Incarnation(rawValue: 2)), Epoch(generation: 1, number: 4))
    }

    private static func encode(_ messages: [some DatagramCodable]) -> [[UInt8]] {
        messages.compactMap { try? Datagram(encoding: $0).bytes }
    }
}
