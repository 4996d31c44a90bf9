/// What a zone tells a player's client about crossings.
package enum TravelNotice: Hashable, Sendable {
    /// Connect to the target already now, and play on here.
    case travel(Destination)
    /// The character is there now. The last word of the source.
    case moved(Destination)
    /// The zone owns the character, and the session goes on here.
    case resumed(SessionContinuation)
}

/// Where a client shall connect.
package struct Destination: Hashable, Sendable {
    /// The attempt that leads there.
    package var attempt: HandoffID
    /// The zone's process.
    package var process: ZoneProcess
    /// Where players connect: "host:port", at most 255 bytes.
    package var address: String
    /// What proves the player to that zone.
    package var token: SeatToken

    package init(
        _ attempt: HandoffID, _ process: ZoneProcess, address: String, _ token: SeatToken
    ) {
        self.attempt = attempt
        self.process = process
        self.address = address
        self.token = token
    }
}

/// Where a session goes on after the character came to a zone, or its client to the zone.
package struct SessionContinuation: Hashable, Sendable {
    /// The epoch at which the zone owns the character. Everything of lower epochs is void.
    package var epoch: Epoch
    /// The session.
    package var login: LoginNumber
    /// How many requests of the session are applied. The client sends the later ones again.
    package var requests: UInt64
    /// The number of the first notice that follows.
    package var firstNotice: UInt64
    /// The source's tick at whose end the state was taken; 0 without a source.
    package var sourceTick: UInt64
    /// The target's tick that put it in.
    package var targetTick: UInt64

    package init(
        epoch: Epoch, login: LoginNumber, requests: UInt64, firstNotice: UInt64,
        sourceTick: UInt64 = 0,
        targetTick: UInt64 = 0
    ) {
        self.epoch = epoch
        self.login = login
        self.requests = requests
        self.firstNotice = firstNotice
        self.sourceTick = sourceTick
        self.targetTick = targetTick
    }
}
