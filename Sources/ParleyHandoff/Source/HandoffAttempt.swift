/// One try of a source to hand a character over.
package struct HandoffAttempt: Hashable, Sendable {
    /// Its name.
    package let id: HandoffID
    /// The process that shall get the character.
    package let target: ZoneProcess
    /// The target's seat; nil until it has answered.
    package var seat: ReservedSeat?
    /// When the target last said that it keeps the seat.
    package var heardAt: Duration
    /// When the next message or call is sent.
    package var nextAt: Duration
    /// When the state that the attempt is in began.
    package var since: Duration

    package init(_ id: HandoffID, to target: ZoneProcess, at now: Duration) {
        self.id = id
        self.target = target
        (heardAt, nextAt, since) = (now, now, now)
    }

    /// Where the client shall connect; nil without a seat.
    package var destination: Destination? {
        seat.map { Destination(id, target, address: $0.address, $0.token) }
    }
}
