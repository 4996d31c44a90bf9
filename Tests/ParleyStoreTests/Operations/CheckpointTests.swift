import ParleyHandoff
import Testing

@testable import ParleyStore

@Suite struct CheckpointTests {
    @Test(arguments: StoreKind.allCases)
    func onlyItsOwnersStateIsWritten(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, annOwner) = try await store.player("ann", in: north)
            let (bob, bobOwner) = try await store.player("bob", in: north)
            let moved = try await store.done(
                CommitHandoff(
                    HandoffID(character: bob, epoch: bobOwner.epoch.next, mark: 1), from: bobOwner,
                    to: south, login: firstLogin, seal: state("sealed")))
            // The last save of the zone that bob has left.
            let late = Checkpoint(
                north, moment: 5, zone: state("north"),
                characters: [
                    .init(bob, bobOwner.epoch, state("stale")),
                    .init(ann, annOwner.epoch, state("ann")),
                ])
            #expect(try await store.done(late) == [bob])
            #expect(try await store.done(Fence(ann, annOwner)).isTaken)
            #expect(try await store.done(Fence(bob, moved)).isTaken == false)
            #expect(try await store.done(ReadZone(zone("north"))) == state("north"))
            let out = try await store.done(
                Leave(bob, moved, state: state("bob"), mark: 4))
            #expect(out.number == 3)
        }
    }

    /// Checkpoints that share a transaction are done and refused as each would be by itself.
    @Test(arguments: StoreKind.allCases)
    func ofSeveralEachIsWrittenOrRefused(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, annOwner) = try await store.player("ann", in: north)
            let (bob, bobOwner) = try await store.player("bob", in: north)
            let (carl, carlOwner) = try await store.player("carl", in: south)
            let moved = try await store.done(
                CommitHandoff(
                    HandoffID(character: bob, epoch: bobOwner.epoch.next, mark: 1), from: bobOwner,
                    to: south, login: firstLogin, seal: state("sealed")))
            try await store.done(
                CheckpointCharacter(carl, carlOwner, moment: 9, state: state("newer")))
            let nobody = CharacterID(rawValue: 99)
            let together = CheckpointCharacters([
                CheckpointCharacter(nobody, annOwner, moment: 5, state: state("nobody")),
                CheckpointCharacter(carl, carlOwner, moment: 5, state: state("older")),
                CheckpointCharacter(bob, bobOwner, moment: 5, state: state("stale")),
                CheckpointCharacter(ann, annOwner, moment: 5, state: state("ann")),
            ])
            let reports = try await store.done(together)
            #expect(reports.map { $0?.isDone } == [false, true, false, true])
            #expect(reports.map { $0?.row?.owner } == [nil, carlOwner, moved, annOwner])
            #expect(reports.map { $0?.isPlaceAlive } == [false, true, true, true])
            #expect(reports[3]?.row?.isTaken == true)
            #expect(try await store.done(Fence(ann, annOwner)).isTaken)
            #expect(try await store.done(Fence(bob, moved)).isTaken == false)
            for (character, owner, kept) in [
                (ann, annOwner, "ann"), (bob, moved, "sealed"), (carl, carlOwner, "newer"),
            ] {
                let stay = Quote(
                    Stay(character, owner, mark: 3), of: character, readsState: true)
                #expect(try await store.done(stay).state == state(kept))
            }
            let twice = CheckpointCharacters([
                CheckpointCharacter(ann, annOwner, moment: 6, state: state("a")),
                CheckpointCharacter(ann, annOwner, moment: 7, state: state("b")),
            ])
            #expect(try await store.refused(twice) == .malformed("a character comes twice"))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aLateCheckpointDoesNotReplaceANewerOne(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let newer = Checkpoint(north, moment: 9, zone: state("newer"), characters: [])
            try await store.done(newer)
            let late = Checkpoint(north, moment: 8, zone: state("late"), characters: [])
            #expect(try await store.refused(late) == .outdated(moment: 9))
            try await store.done(newer)
            #expect(try await store.done(ReadZone(zone("north"))) == state("newer"))
            // The next life counts anew.
            try await store.done(SetZonePhase(north, to: .gone))
            let next = try await store.readyZone("north", mark: 2)
            try await store.done(Checkpoint(next, moment: 1, zone: state("next"), characters: []))
            #expect(try await store.done(ReadZone(zone("north"))) == state("next"))
        }
    }

    /// Bytes outlive code: a game gets back what an older version of it wrote, with that version.
    @Test(arguments: StoreKind.allCases)
    func bytesOfAnOlderVersionKeepTheirVersion(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let old = StoredState(version: 1, bytes: [1, 2, 3], requests: 6, outboxSeen: 0)
            let zoneState = StoredState(version: 7, bytes: [])
            try await store.done(
                Checkpoint(
                    north, moment: 1, zone: zoneState, characters: [.init(ann, owner.epoch, old)]))
            try await store.done(EndZone(north, because: .died(north)))
            let next = try await store.readyZone("north", mark: 2)
            let entry = try await store.done(Recover(ann, of: owner, to: next, mark: 3))
            #expect(entry?.state == old)
            #expect(try await store.done(ReadZone(zone("north"))) == zoneState)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func anOversizedCheckpointIsRefused(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let long = StoredState(
                version: 1, bytes: Array(repeating: 0, count: StoredState.mostBytes + 1))
            let part = Checkpoint.Character(ann, owner.epoch, state("a"))
            for checkpoint in [
                Checkpoint(north, moment: 1, zone: long, characters: []),
                Checkpoint(north, moment: 1, zone: state(""), characters: [part, part]),
                Checkpoint(
                    north, moment: 1, zone: state(""), characters: [.init(ann, owner.epoch, long)]),
            ] {
                guard case .malformed = try await store.refused(checkpoint) else {
                    Issue.record("it was not refused as malformed")
                    return
                }
            }
            let seal = CommitHandoff(
                HandoffID(character: ann, epoch: owner.epoch.next, mark: 1), from: owner,
                to: north, login: firstLogin, seal: long)
            guard case .malformed = try await store.refused(seal) else {
                Issue.record("a seal of any length was taken")
                return
            }
        }
    }
}
