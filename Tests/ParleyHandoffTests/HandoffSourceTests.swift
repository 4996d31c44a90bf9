import ParleyDatagrams
import ParleyHandoff
import Testing

/// The source's table of states and events.
@Suite struct HandoffSourceTests {
    private static let start = Duration.seconds(10)

    private func playing() -> HandoffSource {
        HandoffSource(character, owner: source, timings: timings, at: .zero)
    }

    private func warm() -> HandoffSource {
        var machine = playing()
        var effects: [HandoffSource.Effect] = []
        machine.prepare(for: east, mark: mark, at: Self.start, into: &effects)
        machine.receive(SeatAnswer(attempt, .reserved(seat)), at: Self.start, into: &effects)
        machine.becameWarm(attempt, at: Self.start)
        return machine
    }

    private func committing() -> HandoffSource {
        var machine = warm()
        var effects: [HandoffSource.Effect] = []
        machine.cross(seal, at: Self.start, into: &effects)
        return machine
    }

    private func answer(
        _ kind: CharacterAnswer.Kind, mark: UInt64 = mark, isDone: Bool, owner: Owner?
    ) -> CharacterAnswer {
        var now = standing
        now.place = owner?.process
        now.epoch = owner?.epoch ?? source.epoch.next
        return CharacterAnswer(kind, character, mark: mark, isDone: isDone, now: now)
    }

    private func receive(
        _ answer: CharacterAnswer, _ machine: inout HandoffSource
    ) -> [HandoffSource.Effect] {
        var effects: [HandoffSource.Effect] = []
        machine.receive(answer, at: Self.start, allowsDurable: true, into: &effects)
        return effects
    }

    @Test func aCrossingGoesItsWay() {
        var machine = playing()
        var effects: [HandoffSource.Effect] = []
        machine.prepare(for: east, mark: mark, at: Self.start, into: &effects)
        let request = SeatRequest(attempt, source: source, target: east)
        #expect(effects == [.send(.prepare(request), to: east.zone)])
        effects = []
        machine.receive(SeatAnswer(attempt, .reserved(seat)), at: Self.start, into: &effects)
        #expect(effects == [.tell(.travel(destination))])
        #expect(!machine.mayCross(at: Self.start))
        machine.becameWarm(attempt, at: Self.start)
        #expect(machine.mayCross(at: Self.start) && machine.isSimulated)
        effects = []
        machine.cross(seal, at: Self.start, into: &effects)
        #expect(effects == [.ask(.commit(attempt, source, to: east, seal))])
        #expect(!machine.isSimulated)
        let moved = receive(answer(.commit, isDone: true, owner: target), &machine)
        let granted = GrantedPlayer(character, target, mark: mark, login: login, state: seal)
        #expect(moved == [.send(.take(granted), to: east.zone), .tell(.moved(destination))])
        #expect(machine.destination == destination)
    }

    /// A refusal says nothing of an earlier try: only a stay that was done puts the body back.
    @Test func aRefusalPutsNothingBack() {
        var machine = committing()
        let effects = receive(answer(.commit, isDone: false, owner: source), &machine)
        #expect(effects == [.ask(.stay(character, source, mark: ~mark))])
        #expect(!machine.isSimulated)
        let back = receive(
            answer(.stay, mark: ~mark, isDone: true, owner: source.next), &machine)
        #expect(back.contains(.putBack(seal, source.next)))
        #expect(machine.isSimulated && machine.owner == source.next)
    }

    /// The engine could not serialise this try, but an earlier one was done: the row says so.
    @Test func aRefusalThatQuotesTheOwnStayPutsTheBodyBack() {
        var machine = committing()
        _ = receive(answer(.commit, isDone: false, owner: source), &machine)
        var refused = answer(.stay, mark: ~mark, isDone: false, owner: source.next)
        refused.now?.mark = ~mark
        #expect(receive(refused, &machine).contains(.putBack(seal, source.next)))
    }

    @Test func silenceAsksToStayAndPutsNothingBack() {
        var machine = committing()
        var effects: [HandoffSource.Effect] = []
        machine.timeout(at: Self.start + .seconds(1), allowsDurable: true, into: &effects)
        #expect(effects == [.ask(.commit(attempt, source, to: east, seal))])
        effects = []
        machine.timeout(
            at: Self.start + timings.commitPatience, allowsDurable: true, into: &effects)
        #expect(effects == [.ask(.stay(character, source, mark: ~mark))])
        #expect(!machine.isSimulated)
    }

    /// The commit may come true while the source asks to stay.
    @Test func aLateCommitWins() {
        var machine = committing()
        _ = receive(answer(.commit, isDone: false, owner: source), &machine)
        let effects = receive(
            answer(.stay, mark: ~mark, isDone: false, owner: target), &machine)
        #expect(effects.contains(.tell(.moved(destination))))
        #expect(machine.isOver)
    }

    @Test func aCharacterThatTheStoreGaveAwayIsReleased() {
        var machine = committing()
        let other = Owner(process("west", 1), source.epoch.next)
        let effects = receive(answer(.commit, isDone: false, owner: other), &machine)
        #expect(effects == [.release])
        #expect(machine.state == .gone)
    }

    @Test func withoutALeaseForDurableCallsNothingIsAsked() {
        var machine = committing()
        var effects: [HandoffSource.Effect] = []
        machine.timeout(at: Self.start + .seconds(1), allowsDurable: false, into: &effects)
        #expect(effects.isEmpty)
        #expect(!machine.isSimulated)
    }

    @Test func aTargetThatIsNotHeardIsAWall() {
        var machine = warm()
        var effects: [HandoffSource.Effect] = []
        #expect(!machine.mayCross(at: Self.start + timings.worldPatience))
        machine.timeout(at: Self.start + timings.seatLifetime, allowsDurable: true, into: &effects)
        #expect(effects.contains(.wall(east.zone, nil)))
        #expect(machine.state == .playing)
    }

    @Test(arguments: [SeatRefusal.full, .draining, .stale, .wrongProcess])
    func aRefusedSeatIsAWall(_ reason: SeatRefusal) {
        var machine = playing()
        var effects: [HandoffSource.Effect] = []
        machine.prepare(for: east, mark: mark, at: Self.start, into: &effects)
        effects = []
        machine.receive(SeatAnswer(attempt, .refused(reason)), at: Self.start, into: &effects)
        #expect(effects == [.wall(east.zone, reason)])
    }

    @Test func takeIsRepeatedUntilItIsKnown() {
        var machine = committing()
        _ = receive(answer(.commit, isDone: true, owner: target), &machine)
        var effects: [HandoffSource.Effect] = []
        machine.timeout(at: Self.start + .seconds(1), allowsDurable: true, into: &effects)
        #expect(effects.count == 1)
        machine.taken(target)
        effects = []
        machine.timeout(at: Self.start + .seconds(2), allowsDurable: true, into: &effects)
        #expect(effects.isEmpty)
        machine.timeout(at: Self.start + timings.movedLifetime, allowsDurable: true, into: &effects)
        #expect(effects == [.release])
    }

    @Test func leavingIsRepeatedUntilItIsDecided() {
        var machine = playing()
        var effects: [HandoffSource.Effect] = []
        machine.leave(seal, mark: 9, at: Self.start, allowsDurable: true, into: &effects)
        machine.timeout(at: Self.start + .seconds(1), allowsDurable: true, into: &effects)
        let call = HandoffSource.Effect.ask(.leave(character, source, mark: 9, seal))
        #expect(effects == [call, call])
        #expect(receive(answer(.leave, mark: 9, isDone: false, owner: source), &machine).isEmpty)
        #expect(receive(answer(.leave, mark: 9, isDone: true, owner: nil), &machine) == [.release])
    }

    @Test func nobodyCrossesTwiceInTwoSeconds() {
        var machine = playing()
        var effects: [HandoffSource.Effect] = []
        let early = machine.prepare(for: east, mark: 1, at: .seconds(1), into: &effects)
        let later = machine.prepare(for: east, mark: 1, at: .seconds(2), into: &effects)
        #expect(!early && later)
    }
}
