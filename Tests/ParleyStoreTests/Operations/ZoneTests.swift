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
                    == ZoneLife(zone: zone("north"), incarnation: .init(rawValue: 1), generation: 1)
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

    @Test(arguments: StoreKind.allCases)
    func aDeadZonesNameIsTakenByItsBeat(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let seen = try await store.done(Beat(life, load: 3)).beat
            let later = try await store.done(Beat(life, load: 3)).beat
            #expect(later == seen + 1)
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
            #expect(await store.perform(Beat(life, load: 1)).value == nil)
            #expect(await store.perform(SetZonePhase(life, to: .ready)).value == nil)
            #expect(
                await store.perform(
                    Checkpoint(life, moment: 1, zone: state("old"), characters: [])
                ).value == nil)
            try await store.done(Beat(next, load: 0))
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
            #expect(await store.perform(Beat(life, load: 1)).value == nil)
            #expect(try await store.readyZone("north", mark: 2).incarnation.rawValue == 2)
            // Too late: the name is another life's.
            #expect(try await store.done(EndZone(life, because: .died(life))).phase == .ready)
            #expect(try await store.done(ListZones()).map(\.life.incarnation.rawValue) == [2])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aBeatTellsWhoWasReplaced(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: life)
            #expect(try await store.done(Beat(life, load: 1)).replaced == [])
            let again = try await store.character("ann-2")
            #expect(again.character != ann)
            let kicked = try await store.done(Kick(ann, login: .init(rawValue: 1)))
            #expect(kicked.login.rawValue == 2)
            #expect(try await store.done(Beat(life, load: 1)).replaced.map(\.character) == [ann])
            // Kicking the same login again ends nobody else's session.
            #expect(try await store.done(Kick(ann, login: .init(rawValue: 1))).login.rawValue == 2)
            try await store.done(ReplaceSession(ann, owner, by: .init(rawValue: 2)))
            #expect(try await store.done(Beat(life, load: 1)).replaced == [])
            try await store.done(Ban(ann))
            #expect(try await store.done(Beat(life, load: 1)).replaced.map(\.isBanned) == [true])
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
            #expect(await store.perform(Beat(life, load: 1)).value == nil)
            let next = try await store.readyZone("north", mark: 1)
            #expect(next.generation == 2)
            // The store may have given lower numbers that a backup does not know.
            #expect(next.incarnation.rawValue == (1 << 32) + 1)
            let entry = try await store.done(
                Enter(ann, login: now.login, into: next.place, mark: 9))
            #expect(entry.owner.epoch == Epoch(generation: 2, number: 2))
            let kicked = try await store.done(Kick(ann, login: now.login))
            #expect(kicked.login.rawValue == (1 << 32) + 1)
        }
    }
}
