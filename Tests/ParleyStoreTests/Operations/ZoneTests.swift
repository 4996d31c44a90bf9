import ParleyHandoff
import Testing

@testable import ParleyStore

@Suite struct ZoneTests {
    @Test(arguments: StoreKind.allCases)
    func aNameIsGivenOnce(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let first = RegisterZone(zone: zone("north"), address: "a", capacity: 5, mark: 1)
            let life = try await store.done(first)
            #expect(
                life
                    == ZoneProcess(zone("north"), .init(rawValue: 1))
            )
            #expect(try await store.done(first) == life, "a repetition gets the same life")
            let second = RegisterZone(zone: zone("north"), address: "b", capacity: 5, mark: 2)
            guard case .zoneHeld(let now) = try await store.refused(second) else {
                Issue.record("the name was given twice")
                return
            }
            #expect(now.life == life)
        }
    }

    /// The next process of a zone that has drained waits for no lease.
    @Test(arguments: StoreKind.allCases)
    func aDrainedZonesNameIsFree(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: life)
            let next = RegisterZone(zone: life.zone, address: "b", capacity: 5, mark: 2)
            try await store.done(SetZonePhase(life, to: .draining))
            guard case .zoneHeld(let now) = try await store.refused(next) else {
                Issue.record("a name was given whose process has a character")
                return
            }
            #expect(now.life == life)
            try await store.done(Leave(ann, owner, state: state("ann"), mark: 3))
            let second = try await store.done(next)
            #expect(second == ZoneProcess(life.zone, .init(rawValue: 2)))
            // The one before learns it.
            guard case .zoneNotReady = try await store.refused(Beat(life, number: 9, load: 0))
            else {
                Issue.record("a process beats whose name is another's")
                return
            }
            try await store.done(Beat(second, number: 1, load: 0))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aDeadZonesNameIsTakenByItsBeat(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let seen = try await store.done(Beat(life, number: 1, load: 3)).beat
            let later = try await store.done(Beat(life, number: 2, load: 3)).beat
            #expect(seen == 1 && later == 2)
            // A beat that is late changes nothing.
            #expect(try await store.done(Beat(life, number: 1, load: 3)).beat == 2)
            var claim = RegisterZone(
                zone: zone("north"), address: "b", capacity: 5, claim: .expired(life, beat: seen),
                mark: 2)
            // It has beaten since.
            guard case .zoneHeld(let now) = try await store.refused(claim) else { return }
            #expect(now.beat == later && now.load == 3)
            claim.claim = .expired(life, beat: later)
            let next = try await store.done(claim)
            #expect(next.incarnation.rawValue == 2)
            // The old life is fenced.
            #expect(await store.perform(Beat(life, number: 3, load: 1)).value == nil)
            #expect(await store.perform(SetZonePhase(life, to: .ready)).value == nil)
            #expect(
                await store.perform(
                    Checkpoint(life, moment: 1, zone: state("old"), characters: [])
                ).value == nil)
            try await store.done(Beat(next, number: 1, load: 0))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aSupervisorsWordFreesAName(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let ended = try await store.done(EndZone(life, because: .died(life)))
            #expect(ended.phase == .gone)
            #expect(
                await store.perform(SetZonePhase(life, to: .ready)).value == nil, "gone stays gone")
            #expect(await store.perform(Beat(life, number: 3, load: 1)).value == nil)
            #expect(try await store.readyZone("north", mark: 2).incarnation.rawValue == 2)
            // Too late: the name is another life's.
            #expect(try await store.done(EndZone(life, because: .died(life))).phase == .ready)
            #expect(try await store.done(ListZones()).map(\.life.incarnation.rawValue) == [2])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aBeatTellsWhoseSessionIsOver(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let (ann, _) = try await store.player("ann", in: life)
            func ended(_ number: UInt64) async throws -> [CharacterRecord] {
                try await store.done(Beat(life, number: number, load: 1)).ended
            }
            #expect(try await ended(1) == [])
            let kicked = try await store.done(Kick(ann, login: firstLogin))
            #expect(kicked.login.rawValue == 2 && kicked.access == .kicked)
            #expect(try await ended(2) == [kicked])
            // Kicking the same login again ends nobody else's session.
            #expect(try await store.done(BeginSession(ann)).login.rawValue == 3)
            #expect(try await store.done(Kick(ann, login: firstLogin)).login.rawValue == 3)
            #expect(try await ended(3) == [])
            #expect(try await store.done(Kick(ann)).login.rawValue == 4)
            let banned = try await store.done(Ban(ann))
            #expect(banned.login.rawValue == 5 && banned.access == .banned)
            #expect(try await store.done(Ban(ann)) == banned)
            #expect(try await ended(4) == [banned])
            #expect(try await store.refused(BeginSession(ann)) == .replaced(banned))
            #expect(try await store.done(Pardon(ann)).access == .kicked)
            #expect(try await store.done(BeginSession(ann)).access == .allowed)
        }
    }

    /// A ban and a pardon are for the login that an operator has seen: what came after it stays.
    @Test(arguments: StoreKind.allCases)
    func aBanOrPardonIsOfOneLogin(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (ann, _) = try await store.player("ann", in: try await store.readyZone("north"))
            let newer = try await store.done(BeginSession(ann))
            #expect(try await store.refused(Ban(ann, login: firstLogin)) == .replaced(newer))
            #expect(try await store.done(Pardon(ann, login: firstLogin)) == newer)
            let banned = try await store.done(Ban(ann, login: newer.login))
            #expect(banned.access == .banned)
            #expect(try await store.done(Ban(ann, login: newer.login)) == banned)
            #expect(try await store.refused(Pardon(ann, login: newer.login)) == .replaced(banned))
            let release = Pardon(ann, login: banned.login, onlyQuarantine: true)
            #expect(try await store.done(release) == banned)
            #expect(try await store.done(Pardon(ann, login: banned.login)).access == .kicked)
            let aside = try await store.done(Quarantine(ann, at: banned.epoch))
            #expect(aside.access == .quarantined)
            #expect(try await store.refused(release) == .replaced(aside))
            let later = Pardon(ann, login: aside.login, onlyQuarantine: true)
            #expect(try await store.done(later).access == .kicked)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aGenerationFencesAllBefore(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: life)
            #expect(try await store.done(BeginGeneration(after: 1)) == 2)
            #expect(
                try await store.done(BeginGeneration(after: 1)) == 2, "a repetition raises it once")
            #expect(try await store.done(ReadGeneration()) == 2)
            guard case .notOwner(let now) = try await store.refused(Fence(ann, owner)) else {
                return
            }
            #expect(now.owner == nil && now.epoch == Epoch(generation: 2, number: 1))
            // All sessions are over, and no login is given twice.
            #expect(now.access == .kicked && now.login.rawValue == (1 << 32) + 1)
            #expect(await store.perform(Beat(life, number: 3, load: 1)).value == nil)
            let next = try await store.readyZone("north", mark: 1)
            // The store may have given lower numbers that a backup does not know.
            #expect(next.incarnation.rawValue == (1 << 32) + 1)
            let enter = Enter(ann, login: now.login, into: next, mark: 9)
            #expect(try await store.refused(enter) == .replaced(now))
            let login = try await store.done(BeginSession(ann)).login
            let entry = try await store.done(Enter(ann, login: login, into: next, mark: 9))
            #expect(entry.owner.epoch == Epoch(generation: 2, number: 2))
            let kicked = try await store.done(Kick(ann, login: login))
            #expect(kicked.login.rawValue == (1 << 32) + 3)
        }
    }

    /// A backup that is restored a second time does not know what the first time gave.
    @Test(arguments: StoreKind.allCases)
    func aGenerationCanBeNamed(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (ann, _) = try await store.player("ann", in: try await store.readyZone("north"))
            let begin = BeginGeneration(after: 1, next: 5)
            #expect(try await store.done(begin) == 5)
            #expect(try await store.done(begin) == 5, "a repetition raises it once")
            #expect(try await store.done(Locate(ann)).login.rawValue == (4 << 32) + 1)
            #expect(try await store.readyZone("north").incarnation.rawValue == (4 << 32) + 1)
            for (current, next) in [(1, 6), (5, 5), (5, 4), (.max, nil)] as [(UInt32, UInt32?)] {
                let late = BeginGeneration(after: current, next: next)
                #expect(try await store.refused(late) == .generation(5))
            }
        }
    }
}
