/// What a world server tells a zone through the player's hands: this player may come in.
///
/// The claims travel sealed, so that the client can neither read nor change them.
package struct Ticket: Hashable, Sendable {
    /// Who comes.
    package var character: CharacterID
    /// The number of the account that logged in.
    package var account: UInt64
    /// The only process that may let the character in.
    package var process: ZoneProcess
    /// The epoch at which that process owns the character.
    package var epoch: Epoch
    /// The session: a zone with an older one replaces it.
    package var login: LoginNumber
    /// The first second at which the ticket is valid, since 1970.
    package var notBefore: UInt64
    /// The last second at which the ticket is valid, since 1970.
    package var expires: UInt64
    /// 128 random bits by which the ticket is taken once.
    package var id: TicketID

    /// The longest life of a ticket, in seconds.
    package static let longestLife: UInt64 = 60
    /// How far the clocks of two machines may differ, in seconds.
    package static let skew: UInt64 = 5

    /// A ticket of 60 seconds.
    ///
    /// - Parameter second: Now, in seconds since 1970.
    package init(
        _ character: CharacterID, account: UInt64, owner: Owner, login: LoginNumber, second: UInt64,
        id: TicketID
    ) {
        self.character = character
        self.account = account
        process = owner.process
        epoch = owner.epoch
        self.login = login
        notBefore = second
        expires = second &+ Self.longestLife
        self.id = id
    }

    /// Whether the ticket is valid at that second, give or take ``skew``.
    package func isValid(at second: UInt64) -> Bool {
        guard notBefore <= expires, expires - notBefore <= Self.longestLife else { return false }
        let (early, isEarly) = notBefore.subtractingReportingOverflow(Self.skew)
        let (late, isLate) = expires.addingReportingOverflow(Self.skew)
        return second >= (isEarly ? 0 : early) && second <= (isLate ? .max : late)
    }
}

/// The random number of a ticket.
package struct TicketID: Hashable, Sendable {
    /// The first 64 bits.
    package var high: UInt64
    /// The last 64 bits.
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
