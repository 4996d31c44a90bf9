import ParleyHandoff
import Testing

/// A zone's handoffs as a whole.
@Suite struct ZoneHandoffsTests {
    private func zone(_ process: ZoneProcess) -> ZoneHandoffs {
        var zone = ZoneHandoffs(
            zone: process.zone, mark: mark, timings: timings, seatLimit: 1, address: "10.0.0.2:9000"
        )
        var effects: [ZoneHandoffs.Effect] = []
        zone.timeout(at: .zero, into: &effects)
        zone.receive(
            .answer(.zone(ZoneAnswer(.register, process, mark: mark, isDone: true))), from: .world,
            random: 0, at: .zero, into: &effects)
        return zone
    }

    private func receive(
        _ message: PeerMessage, from sender: ZoneHandoffs.Sender, _ zone: inout ZoneHandoffs,
        random: UInt64 = token.rawValue, at now: Duration = .zero
    ) -> [ZoneHandoffs.Effect] {
        var effects: [ZoneHandoffs.Effect] = []
        zone.receive(message, from: sender, random: random, at: now, into: &effects)
        return effects
    }

    private func granted(_ character: CharacterID = character, _ owner: Owner = target)
        -> GrantedPlayer
    {
        GrantedPlayer(character, owner, mark: mark, login: login, state: seal)
    }

    private let request = PeerMessage.prepare(SeatRequest(attempt, source: source, target: east))

    private func arrive(_ zone: inout ZoneHandoffs) -> Bool { zone.arrived(character, at: .zero) }

    @Test func aTargetTakesWhoWasHandedOver() {
        var zone = zone(east)
        let reserved = PeerMessage.prepared(SeatAnswer(attempt, .reserved(seat)))
        #expect(
            receive(request, from: .zone(north.zone), &zone) == [.send(reserved, to: north.zone)])
        var effects: [ZoneHandoffs.Effect] = []
        let early = zone.connect(character, .token(token), second: 0, at: .zero, into: &effects)
        #expect(early == .preconnected)
        #expect(effects == [.send(.warm(attempt), to: north.zone)])
        let taken = receive(.take(granted()), from: .zone(north.zone), &zone)
        let known = ZoneHandoffs.Effect.send(.taken(character, target), to: north.zone)
        #expect(taken == [.arrive(granted(), token: token), known])
        #expect(
            receive(.take(granted()), from: .world, &zone) == [
                .tellWorld(.taken(character, target))
            ])
        #expect(!zone.simulates(character, at: .zero))
        #expect(arrive(&zone))
        #expect(zone.simulates(character, at: .zero))
        // The token is the session's here, from now on.
        let again = zone.connect(character, .token(token), second: 0, at: .zero, into: &effects)
        #expect(again == .playing(target, nil))
    }

    @Test func aZoneAsksForItsOwnCharactersOnly() {
        var zone = zone(east)
        #expect(receive(request, from: .zone(name("west")), &zone).isEmpty)
        #expect(receive(request, from: .world, &zone).isEmpty)
    }

    @Test func seatsAreBoundedAndTakesAreNot() {
        var zone = zone(east)
        _ = receive(.take(granted(CharacterID(rawValue: 1))), from: .world, &zone)
        let full = PeerMessage.prepared(SeatAnswer(attempt, .refused(.full)))
        #expect(receive(request, from: .zone(north.zone), &zone) == [.send(full, to: north.zone)])
        #expect(receive(.take(granted()), from: .zone(north.zone), &zone).count == 2)
    }

    @Test func aTakeForAnotherLifeIsNotApplied() {
        var zone = zone(process("east", 6))
        let effects = receive(.take(granted()), from: .zone(north.zone), &zone)
        #expect(effects == [.send(.taken(character, target), to: north.zone)])
        let later = Owner(process("east", 7), target.epoch)
        #expect(receive(.take(granted(character, later)), from: .world, &zone).isEmpty)
        #expect(!arrive(&zone))
    }

    /// A frozen zone sends nothing but heartbeats, and does not take what comes.
    @Test func aFrozenZoneIsSilent() {
        var zone = zone(east)
        _ = receive(.take(granted()), from: .world, &zone)
        _ = zone.arrived(character, at: .zero)
        let late = timings.freezeAfter
        #expect(!zone.simulates(character, at: late))
        #expect(receive(request, from: .zone(north.zone), &zone, at: late).isEmpty)
        #expect(
            receive(.take(granted(character, target.next)), from: .world, &zone, at: late).isEmpty)
        var effects: [ZoneHandoffs.Effect] = []
        zone.prepare(character, for: north, mark: 1, at: late, into: &effects)
        #expect(effects.isEmpty)
        zone.timeout(at: late, into: &effects)
        #expect(effects == [.ask(.beat(east, number: 2))])
        #expect(
            zone.connect(character, .token(token), second: 0, at: late, into: &effects) == .askWorld
        )
        #expect(zone.checkpoint(character, seal, at: late) == nil)
    }

    @Test func aHeartbeatsAnswerEndsSessions() {
        var zone = zone(east)
        _ = receive(.take(granted()), from: .world, &zone)
        _ = zone.arrived(character, at: .zero)
        let ended = EndedSession(character, LoginNumber(rawValue: 5))
        var effects: [ZoneHandoffs.Effect] = []
        zone.timeout(at: .seconds(1), into: &effects)
        let answer = ZoneAnswer(.beat, east, mark: 2, isDone: true, ended: [ended])
        #expect(
            receive(.answer(.zone(answer)), from: .world, &zone, at: .seconds(1)) == [.end(ended)])
        let over = ZoneAnswer(.beat, east, mark: 2, isDone: false)
        #expect(receive(.answer(.zone(over)), from: .world, &zone, at: .seconds(1)) == [.over])
    }

    @Test func ticketsAreForOneProcessEpochAndTime() {
        var zone = zone(east)
        _ = receive(.take(granted()), from: .world, &zone)
        _ = zone.arrived(character, at: .zero)
        func connect(_ owner: Owner, id: UInt64, second: UInt64 = 1_000) -> ZoneHandoffs.Admission {
            var effects: [ZoneHandoffs.Effect] = []
            let ticket = Ticket(
                character, account: 1, owner: owner, login: login, second: 1_000,
                id: TicketID(high: 0, low: id))
            return zone.connect(
                character, .ticket(ticket), second: second, at: .zero, into: &effects)
        }
        #expect(connect(target, id: 1) == .playing(target, login))
        #expect(connect(target, id: 1) == .askWorld)
        #expect(connect(target, id: 2, second: 2_000) == .askWorld)
        #expect(connect(source, id: 3) == .askWorld)
        #expect(connect(Owner(process("east", 4), target.epoch), id: 4) == .askWorld)
        #expect(connect(target.next, id: 5) == .wait)
    }
}
