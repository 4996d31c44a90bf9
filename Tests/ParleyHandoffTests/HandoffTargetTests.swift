import ParleyHandoff
import Testing

/// The target's table of states and events.
@Suite struct HandoffTargetTests {
    private let request = SeatRequest(attempt, source: source, target: east)

    private func reserved() -> HandoffTarget {
        var machine = HandoffTarget(character, timings: timings)
        _ = prepare(&machine, request, token: token.rawValue, at: .zero)
        return machine
    }

    private func prepare(
        _ machine: inout HandoffTarget, _ request: SeatRequest, refusal: SeatRefusal? = nil,
        token: UInt64 = 1, at now: Duration
    ) -> SeatAnswer.Verdict {
        machine.prepare(request, refusal: refusal, token: token, address: "a:1", at: now).verdict
    }

    private func granted(_ owner: Owner, mark: UInt64 = mark) -> GrantedPlayer {
        GrantedPlayer(character, owner, mark: mark, login: login, state: seal)
    }

    private func take(_ machine: inout HandoffTarget, _ granted: GrantedPlayer) -> Bool {
        machine.take(granted)
    }

    private func connect(_ machine: inout HandoffTarget, _ token: SeatToken) -> HandoffTarget.Seat?
    {
        machine.connect(token)
    }

    private func timeout(_ machine: inout HandoffTarget, at now: Duration) -> OwnershipRequest? {
        machine.timeout(at: now, allowsDurable: true)
    }

    @Test func theSameAttemptHasTheSameToken() {
        var machine = reserved()
        let again = prepare(&machine, request, token: 2, at: .seconds(1))
        #expect(again == .reserved(ReservedSeat(token, address: "a:1", isWarm: false)))
        #expect(machine.seat?.expires == .seconds(1) + timings.seatLifetime)
    }

    @Test func aClientWithTheTokenMakesTheSeatWarm() {
        var machine = reserved()
        #expect(connect(&machine, SeatToken(rawValue: 5)) == nil)
        #expect(connect(&machine, token)?.request == request)
        let again = prepare(&machine, request, at: .seconds(1))
        #expect(again == .reserved(ReservedSeat(token, address: "a:1", isWarm: true)))
    }

    @Test func aSeatThatIsNotRenewedIsFree() {
        var machine = reserved()
        #expect(machine.nextTimeout == timings.seatLifetime)
        #expect(timeout(&machine, at: timings.seatLifetime) == nil)
        #expect(machine.seat == nil)
    }

    @Test func anotherAttemptWaitsAndALaterEpochDoesNot() {
        var machine = reserved()
        var other = request
        other.attempt.mark = 1
        #expect(prepare(&machine, other, at: .seconds(1)) == .refused(.busy))
        other.attempt.epoch = target.epoch.next
        let verdict = prepare(&machine, other, token: 3, at: .seconds(1))
        #expect(
            verdict
                == .reserved(ReservedSeat(SeatToken(rawValue: 3), address: "a:1", isWarm: false)))
    }

    @Test func aCancelledSeatIsFree() {
        var machine = reserved()
        machine.cancel(attempt)
        #expect(machine.seat == nil)
        #expect(prepare(&machine, request, refusal: .full, at: .zero) == .refused(.full))
    }

    /// A take at or below the highest epoch that the zone held does nothing, however late it comes.
    @Test func aTakeCountsOnce() {
        var machine = reserved()
        #expect(take(&machine, granted(target)))
        #expect(machine.state == .arriving(granted(target), token))
        #expect(!take(&machine, granted(target)))
        machine.arrived()
        #expect(!take(&machine, granted(target)))
        machine.note(target.epoch.next)
        #expect(!take(&machine, granted(target.next)))
        #expect(prepare(&machine, request, at: .zero) == .refused(.stale))
        #expect(take(&machine, granted(target.next.next)))
    }

    @Test func aTakeIsNeverRefusedForRoom() {
        var machine = HandoffTarget(character, timings: timings)
        #expect(prepare(&machine, request, refusal: .full, at: .zero) == .refused(.full))
        #expect(take(&machine, granted(target)))
    }

    @Test func aStateThatDoesNotArriveIsGivenBack() {
        var machine = reserved()
        _ = take(&machine, granted(target))
        machine.failed(mark: 6, at: .seconds(1))
        let call = OwnershipRequest.fail(character, target, mark: 6)
        #expect(timeout(&machine, at: .seconds(1)) == call)
        #expect(timeout(&machine, at: .seconds(2)) == call)
        machine.receive(CharacterAnswer(.fail, character, mark: 6, isDone: true, now: standing))
        #expect(machine.state == .none)
    }
}
