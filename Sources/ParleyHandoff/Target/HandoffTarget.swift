/// The target's side of one character's handoffs.
///
/// | state | event | then |
/// |---|---|---|
/// | none | prepare | reserved, if there is room: `prepared` with a new token |
/// | reserved, warm | the same prepare | the same token; the seat lives `seatLifetime` longer |
/// | reserved, warm | another prepare of this epoch | refused: busy |
/// | reserved, warm | prepare of a later epoch | reserved for that one |
/// | reserved, warm | cancel, or `seatLifetime` over | none |
/// | reserved | the client, with the token | warm: `warm` to the source |
/// | any | prepare at or below the highest epoch held | refused: stale |
/// | any | take above the highest epoch held | arriving; never refused for room |
/// | any | take at or below it | nothing but `taken` |
/// | arriving | the next tick | none: a ``HandoffSource`` plays the character |
/// | arriving | the state cannot be put in | failing: `fail`, until the store has answered |
///
/// The highest epoch that the zone ever held for the character is kept for the life of the process: 16 bytes
/// each. So a `take` that was on its way for long does nothing.
package struct HandoffTarget: Sendable {
    /// Where the arrival stands.
    package enum State: Hashable, Sendable {
        case none
        case reserved(Seat)
        case warm(Seat)
        case arriving(GrantedPlayer, SeatToken?)
        case failing(GrantedPlayer, mark: UInt64, nextAt: Duration)
    }

    /// A seat that is kept for a handoff.
    package struct Seat: Hashable, Sendable {
        /// The attempt that it is kept for.
        package var request: SeatRequest
        /// What proves the client.
        package var token: SeatToken
        /// When the seat is free again.
        package var expires: Duration
    }

    /// Who.
    package let character: CharacterID
    /// Where the arrival stands.
    package private(set) var state = State.none
    /// The highest epoch that the zone ever held for the character.
    package private(set) var highest: Epoch?

    private let timings: HandoffTimings

    /// A character that the zone has never held.
    package init(_ character: CharacterID, timings: HandoffTimings) {
        self.character = character
        self.timings = timings
    }

    /// The seat, if one is kept.
    package var seat: Seat? {
        switch state {
        case .reserved(let seat), .warm(let seat): seat
        default: nil
        }
    }

    /// Notes an epoch that the zone holds, or has held.
    package mutating func note(_ epoch: Epoch) {
        highest = max(highest ?? epoch, epoch)
    }

    /// A source asks for a seat, or renews it.
    ///
    /// - Parameters:
    ///   - refusal: Why the zone keeps no new seat now; nil if it does.
    ///   - token: 64 random bits for a new seat.
    package mutating func prepare(
        _ request: SeatRequest, refusal: SeatRefusal?, token: UInt64, address: String,
        at now: Duration
    ) -> SeatAnswer {
        let id = request.attempt
        if let highest, id.epoch <= highest { return SeatAnswer(id, .refused(.stale)) }
        if case .arriving = state { return SeatAnswer(id, .refused(.busy)) }
        if case .failing = state { return SeatAnswer(id, .refused(.busy)) }
        let old = seat
        if let old, old.expires > now {
            if old.request.attempt == id { return renew(old, address: address, at: now) }
            if old.request.attempt.epoch >= id.epoch { return SeatAnswer(id, .refused(.busy)) }
        }
        state = .none
        if let refusal { return SeatAnswer(id, .refused(refusal)) }
        let seat = Seat(
            request: request, token: SeatToken(rawValue: token), expires: now + timings.seatLifetime
        )
        state = .reserved(seat)
        return SeatAnswer(id, .reserved(ReservedSeat(seat.token, address: address, isWarm: false)))
    }

    private mutating func renew(_ seat: Seat, address: String, at now: Duration) -> SeatAnswer {
        var seat = seat
        seat.expires = now + timings.seatLifetime
        let isWarm = if case .warm = state { true } else { false }
        state = isWarm ? .warm(seat) : .reserved(seat)
        return SeatAnswer(
            seat.request.attempt,
            .reserved(ReservedSeat(seat.token, address: address, isWarm: isWarm)))
    }

    /// The source wants the seat no more.
    package mutating func cancel(_ id: HandoffID) {
        if seat?.request.attempt == id { state = .none }
    }

    /// A client proves itself by a token.
    ///
    /// - Returns: The seat, if it is that one's.
    package mutating func connect(_ token: SeatToken) -> Seat? {
        guard let seat, seat.token == token else { return nil }
        state = .warm(seat)
        return seat
    }

    /// The store gave the character to this zone.
    ///
    /// - Returns: Whether it is news. The sender is told `taken` either way.
    package mutating func take(_ granted: GrantedPlayer) -> Bool {
        if let highest, granted.owner.epoch <= highest { return false }
        let token = seat.flatMap { $0.request.attempt.mark == granted.mark ? $0.token : nil }
        highest = granted.owner.epoch
        state = .arriving(granted, token)
        return true
    }

    /// The world has put the character in.
    package mutating func arrived() {
        if case .arriving = state { state = .none }
    }

    /// The state cannot be put in.
    package mutating func failed(mark: UInt64, at now: Duration) {
        guard case .arriving(let granted, _) = state else { return }
        state = .failing(granted, mark: mark, nextAt: now)
    }

    /// Takes the store's answer to a `fail`.
    package mutating func receive(_ answer: CharacterAnswer) {
        guard answer.kind == .fail, case .failing(let granted, let mark, _) = state,
            answer.mark == mark,
            answer.isDone || answer.now?.owner != granted.owner
        else { return }
        state = .none
    }

    /// When ``timeout(at:allowsDurable:)`` has something next.
    package var nextTimeout: Duration? {
        switch state {
        case .none, .arriving: nil
        case .reserved(let seat), .warm(let seat): seat.expires
        case .failing(_, _, let nextAt): nextAt
        }
    }

    /// Frees a seat that was not renewed, and repeats a call that was not answered.
    package mutating func timeout(at now: Duration, allowsDurable: Bool) -> OwnershipRequest? {
        guard let nextTimeout, now >= nextTimeout else { return nil }
        guard case .failing(let granted, let mark, _) = state else {
            state = .none
            return nil
        }
        state = .failing(granted, mark: mark, nextAt: now + timings.resendInterval)
        return allowsDurable ? .fail(character, granted.owner, mark: mark) : nil
    }
}
