import ParleyDatagrams
import ParleyHandoff

/// A command of an operator as it travels: sealed by the realm's keys, so that nobody without them gives one, and numbered,
/// so that a world server carries it out once. Another one does not know the numbers that this one has seen: the basis is
/// what keeps the command from taking effect there as well.
struct OperatorEnvelope: Hashable, Sendable {
    /// 64 random bits, the same in each repetition.
    var number: UInt64
    /// When it was made, in seconds since 1970.
    var second: UInt64
    /// What its program saw before.
    var basis: OperatorBasis
    var command: OperatorCommand

    /// How far the two clocks may differ, in seconds. A command that is older was sent by somebody who has recorded it.
    static let life: UInt64 = 60

    /// The use of the keys, which names the server: "parley operator command 2 world:0".
    private static func domain(_ world: Int) -> String {
        "parley operator command 2 \(PeerName.world(world))"
    }

    init(
        _ command: OperatorCommand, on basis: OperatorBasis = .nothing, number: UInt64,
        second: UInt64
    ) {
        (self.command, self.basis) = (command, basis)
        (self.number, self.second) = (number, second)
    }

    /// Its bytes for a world server; nil if the realm needs a newer key.
    func sealed(by keys: RealmKeys, for world: Int) -> Datagram? {
        var plain = Datagram()
        plain.append(number)
        plain.append(second)
        guard (try? plain.append(basis)) != nil, (try? plain.append(command)) != nil else {
            return nil
        }
        return keys.seal(plain, domain: Self.domain(world))
    }

    /// The command in bytes that came over a link; nil if they are none of this realm, for another world server, or of
    /// another time.
    init?(opening sealed: Datagram, by keys: RealmKeys, for world: Int, at now: UInt64) {
        guard let plain = keys.open(sealed, domain: Self.domain(world)) else { return nil }
        var reader = plain.reader
        guard let number = try? reader.read(UInt64.self),
            let second = try? reader.read(UInt64.self),
            let basis = try? reader.read(OperatorBasis.self),
            let command = try? reader.read(OperatorCommand.self), reader.remainingCount == 0,
            max(now, second) - min(now, second) <= Self.life
        else { return nil }
        self.init(command, on: basis, number: number, second: second)
    }
}

/// A world server's answer as it travels, sealed by the same keys.
struct OperatorAnswer: Hashable, Sendable {
    /// What it says.
    enum Content: Hashable, Sendable, Codable {
        /// The command was carried out, or refused.
        case reply(OperatorReply)
        /// The server has the command, and is not done with it.
        case underWay
        /// What the command was based on is not so any more. It was not carried out.
        case changed
    }

    /// The command's number.
    var number: UInt64
    var content: Content

    private static let domain = "parley operator answer 2"

    init(_ content: Content, to number: UInt64) {
        (self.content, self.number) = (content, number)
    }

    func sealed(by keys: RealmKeys) -> Datagram? {
        var plain = Datagram()
        plain.append(number)
        guard (try? DatagramEncoder().encode(content, into: &plain)) != nil else { return nil }
        return keys.seal(plain, domain: Self.domain)
    }

    init?(opening sealed: Datagram, by keys: RealmKeys) {
        guard let plain = keys.open(sealed, domain: Self.domain) else { return nil }
        var reader = plain.reader
        guard let number = try? reader.read(UInt64.self),
            let rest = try? reader.readBytes(reader.remainingCount),
            let content = try? DatagramDecoder().decode(Content.self, from: rest)
        else { return nil }
        self.init(content, to: number)
    }
}
