package import ParleyDatagrams
package import ParleyHandoff
internal import ParleySecurity
package import ParleyStore

/// What a client shows to a world server to come back within its session: the server that gave it has proved the
/// player, and the login is not raised.
///
/// It does not say that the session still stands. The store does: its login is the newest, and no operator has
/// ended it.
package struct SessionProof: Hashable, Sendable {
    /// Whose session.
    package var character: CharacterID
    /// The number of the account that logged in.
    package var account: UInt64
    /// The session.
    package var login: LoginNumber
    /// The account's name, by which other players know the player.
    package var name: AccountName
    /// The last second at which the proof is valid, since 1970.
    package var expires: UInt64

    /// The longest life of a proof, in seconds: a day.
    package static let longestLife: UInt64 = 86_400
    /// The most bytes that a sealed proof has, with the longest name. More are refused unopened.
    package static let sealedLimit = 128

    /// What is sealed as a proof opens as nothing else.
    private static let domain = "parley session proof 1"

    /// A proof of a session.
    ///
    /// - Parameters:
    ///   - second: Now, in seconds since 1970.
    ///   - life: How long it is valid, in seconds, at most ``longestLife``.
    package init(
        _ character: CharacterID, account: UInt64, login: LoginNumber, name: AccountName,
        second: UInt64, life: UInt64 = SessionProof.longestLife
    ) {
        self.character = character
        self.account = account
        self.login = login
        self.name = name
        expires = second &+ min(life, Self.longestLife)
    }

    /// Whether the proof is valid at that second. The clocks of two servers may differ by `Ticket.skew`.
    package func isValid(at second: UInt64) -> Bool {
        expires >= second && expires - second <= Self.longestLife + Ticket.skew
    }

    /// The proof as a client keeps it; nil if the ring needs a newer key.
    package func sealed(by ring: TicketKeyRing) -> Datagram? {
        var plain = Datagram()
        plain.append(character.rawValue)
        plain.append(account)
        plain.append(login.rawValue)
        plain.append(expires)
        plain.append(bytes: name.text.utf8)
        return (try? ring.keys.seal(plain.bytes, domain: Self.domain)).map { Datagram(bytes: $0) }
    }

    /// The proof in bytes that a client brought; nil if they are none, or if it is not valid at that second.
    package init?(opening sealed: Datagram, by ring: TicketKeyRing, at second: UInt64) {
        guard sealed.count <= Self.sealedLimit,
            let plain = ring.keys.open(sealed.bytes, domain: Self.domain)
        else { return nil }
        var reader = DatagramReader(Datagram(bytes: plain))
        guard let character = try? reader.read(CharacterID.self),
            let account = try? reader.read(UInt64.self),
            let login = try? reader.read(LoginNumber.self),
            let expires = try? reader.read(UInt64.self),
            let text = try? reader.readBytes(reader.remainingCount),
            let name = AccountName(String(decoding: text.bytes, as: UTF8.self))
        else { return nil }
        self.init(character, account: account, login: login, name: name, second: second)
        self.expires = expires
        guard isValid(at: second) else { return nil }
    }
}
