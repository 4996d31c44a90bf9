import ParleyHandoff
import Testing

/// A world server's decisions.
@Suite struct WorldDirectoryTests {
    private let player = WorldDirectory.Asker.client(3, login)

    /// A world server that has seen north and east ready.
    private func directory() -> WorldDirectory {
        var directory = WorldDirectory(
            entrance: north.zone, neighbours: [north.zone: [east.zone]], timings: timings)
        _ = survey(
            &directory, [.init(north, .ready, beat: 1), .init(east, .ready, beat: 1)], at: .zero)
        return directory
    }

    private func survey(
        _ directory: inout WorldDirectory, _ zones: [OwnershipSurvey.Zone],
        _ rows: [OwnershipSurvey.Character] = [], at now: Duration
    ) -> [WorldDirectory.Effect] {
        var effects: [WorldDirectory.Effect] = []
        directory.timeout(at: now, into: &effects)
        effects = []
        directory.receive(
            .survey(OwnershipSurvey(zones: zones, characters: rows)), for: .own, random: mark,
            at: now,
            into: &effects)
        return effects
    }

    private func receive(
        _ answer: CharacterAnswer, for asker: WorldDirectory.Asker,
        _ directory: inout WorldDirectory
    ) -> [WorldDirectory.Effect] {
        var effects: [WorldDirectory.Effect] = []
        directory.receive(.character(answer), for: asker, random: mark, at: .zero, into: &effects)
        return effects
    }

    private func row(
        _ place: ZoneProcess?, isAlive: Bool = true, access: CharacterAccess = .allowed,
        login: LoginNumber = login
    ) -> Standing {
        Standing(
            place: place, isPlaceAlive: isAlive, epoch: target.epoch, login: login, access: access,
            mark: mark, isTaken: false)
    }

    /// Who may ask what: a zone asks for itself, and nothing that is a world server's.
    @Test func zonesAskForThemselvesOnly() {
        let directory = directory()
        var effects: [WorldDirectory.Effect] = []
        let own: [OwnershipRequest] = [
            .register(north.zone, mark: 1), .beat(north, number: 1), .drain(north),
            .commit(attempt, source, to: east, seal), .stay(character, source, mark: 1),
            .leave(character, source, mark: 1, seal), .fail(character, source, mark: 1),
            .fence(character, source), .checkpoint(character, source, seal),
            .perform(operation, character, source),
        ]
        for request in own {
            effects = []
            #expect(directory.forward(request, from: north.zone, into: &effects))
            #expect(effects == [.ask(request, for: .zone(north.zone))])
            effects = []
            #expect(!directory.forward(request, from: east.zone, into: &effects))
            #expect(effects.isEmpty)
        }
        let others: [OwnershipRequest] = [
            .retire(north, beat: 1), .enter(character, login, north, mark: 1), .survey,
            .recover(character, source, to: north, mark: 1), .login(character), .kick(character),
            .ban(character), .pardon(character), .look(character), .raiseGeneration,
        ]
        for request in others {
            #expect(!directory.forward(request, from: north.zone, into: &effects))
        }
    }

    @Test func aClientIsToldWhereItsCharacterIs() {
        var directory = directory()
        let look = { CharacterAnswer(.look, character, isDone: true, now: $0) }
        let inside = receive(look(row(east)), for: player, &directory)
        #expect(inside == [.tell(3, .admit(target, login))])
        let dead = receive(look(row(east, isAlive: false)), for: player, &directory)
        #expect(dead == [.tell(3, .wait(login))])
        let out = receive(look(row(nil)), for: player, &directory)
        #expect(out == [.ask(.enter(character, login, north, mark: mark), for: player)])
        let unknown = receive(look(nil), for: player, &directory)
        #expect(unknown == [.tell(3, .ended(.unknown))])
    }

    @Test(arguments: [
        (CharacterAccess.kicked, RealmSessionEnd.kicked), (.banned, .banned),
        (.quarantined, .quarantined),
    ])
    func aSessionThatIsOverIsToldSo(_ access: CharacterAccess, _ end: RealmSessionEnd) {
        var directory = directory()
        let answer = CharacterAnswer(.look, character, isDone: true, now: row(east, access: access))
        #expect(receive(answer, for: player, &directory) == [.tell(3, .ended(end))])
    }

    @Test func aNewerLoginReplacesTheSession() {
        var directory = directory()
        let newer = row(east, login: LoginNumber(rawValue: 5))
        let look = CharacterAnswer(.look, character, isDone: true, now: newer)
        #expect(receive(look, for: player, &directory) == [.tell(3, .ended(.replaced))])
        let login = CharacterAnswer(.login, character, isDone: true, now: newer)
        let first = WorldDirectory.Asker.client(4, LoginNumber(rawValue: 0))
        let told = receive(login, for: first, &directory)
        #expect(told == [.tell(4, .admit(target, LoginNumber(rawValue: 5)))])
    }

    @Test func whoEntersIsTakenByTheZone() {
        var directory = directory()
        let answer = CharacterAnswer(
            .enter, character, mark: mark, isDone: true, now: row(east), stored: seal)
        let granted = GrantedPlayer(character, target, mark: mark, login: login, state: seal)
        #expect(
            receive(answer, for: player, &directory) == [
                .send(.take(granted), to: east.zone), .tell(3, .admit(target, login)),
            ])
    }

    @Test func aRowThatIsUntakenTwiceIsSentAgain() {
        var directory = directory()
        let zones = [OwnershipSurvey.Zone(east, .ready, beat: 1)]
        let rows = [OwnershipSurvey.Character(character, row(east), seal)]
        #expect(survey(&directory, zones, rows, at: .seconds(1)).isEmpty)
        let granted = GrantedPlayer(character, target, mark: mark, login: login, state: seal)
        #expect(
            survey(&directory, zones, rows, at: .seconds(2)) == [
                .send(.take(granted), to: east.zone)
            ])
    }

    @Test func aDeadZonesRowsGoToItsNextProcessOrANeighbour() {
        var directory = directory()
        let rows = [OwnershipSurvey.Character(character, row(north, isAlive: false), seal)]
        let owner = Owner(north, target.epoch)
        for (zones, refuge) in [
            ([OwnershipSurvey.Zone(process("north", 4), .ready, beat: 0)], process("north", 4)),
            ([.init(north, .gone, beat: 1), .init(east, .ready, beat: 1)], east),
            ([.init(north, .gone, beat: 1), .init(east, .draining, beat: 1)], nil),
        ] as [([OwnershipSurvey.Zone], ZoneProcess?)] {
            let effects = survey(&directory, zones, rows, at: .seconds(1))
            guard case .ask(.recover(character, owner, let to, _), .own) = effects.first else {
                Issue.record("\(effects)")
                continue
            }
            #expect(to == refuge)
        }
    }

    @Test func aKickIsToldToTheZone() {
        var directory = directory()
        let answer = CharacterAnswer(
            .kick, character, isDone: true, now: row(east, access: .kicked))
        let ended = EndedSession(character, login)
        #expect(receive(answer, for: .own, &directory) == [.send(.end(ended), to: east.zone)])
    }

    @Test func answersGoBackToTheZoneThatAsked() {
        var directory = directory()
        let answer = CharacterAnswer(.stay, character, mark: mark, isDone: true, now: row(north))
        let back = WorldDirectory.Effect.send(.answer(.character(answer)), to: north.zone)
        #expect(receive(answer, for: .zone(north.zone), &directory) == [back])
    }

    @Test func aSupervisorsWordIsEnough() {
        var effects: [WorldDirectory.Effect] = []
        directory().died(north, into: &effects)
        #expect(effects == [.ask(.retire(north, beat: nil), for: .own)])
    }
}
