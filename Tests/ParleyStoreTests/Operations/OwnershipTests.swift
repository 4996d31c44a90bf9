import ParleyHandoff
import Testing

@testable import ParleyStore

@Suite struct OwnershipTests {
    @Test(arguments: StoreKind.allCases)
    func aCharacterEntersOnce(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let row = try await store.character("ann")
            let enter = Enter(row.character, login: row.login, into: life, mark: 5)
            let entry = try await store.done(enter)
            #expect(entry.owner.epoch == Epoch(generation: 1, number: 1))
            #expect(entry.state == nil)
            #expect(try await store.done(enter) == entry, "a repetition gets the same owner")
            var other = enter
            other.mark = 6
            guard case .alreadyInside(let now) = try await store.refused(other) else { return }
            #expect(now.owner == entry.owner)
            other.character = CharacterID(rawValue: 99)
            #expect(try await store.refused(other) == .noSuchCharacter(other.character))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func onlyTheNewestLoginEnters(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let life = try await store.readyZone("north")
            let old = try await store.character("ann")
            let kicked = try await store.done(Kick(old.character, login: old.login))
            let enter = Enter(old.character, login: old.login, into: life, mark: 5)
            #expect(try await store.refused(enter) == .replaced(kicked))
            var starting = enter
            starting.login = try await store.done(BeginSession(old.character)).login
            let south = try await store.done(
                RegisterZone(zone: zone("south"), address: "s", capacity: 1, mark: 3))
            starting.place = south
            guard case .zoneNotReady = try await store.refused(starting) else {
                Issue.record("a starting zone took a character")
                return
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aHandoffMovesOwnerAndSealTogether(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            let commit = CommitHandoff(
                HandoffID(character: ann, epoch: owner.epoch.next, mark: 11), from: owner,
                to: south, login: firstLogin, seal: state("sealed", requests: 4))
            let next = try await store.done(commit)
            #expect(next.zone == zone("south") && next.epoch == owner.epoch.next)
            #expect(try await store.done(commit) == next, "a repetition is told the same")
            guard case .notOwner(let now) = try await store.refused(Fence(ann, owner)) else {
                return
            }
            #expect(now.owner == next)
            // The same epoch by another attempt is another handoff.
            var other = commit
            other.handoff.mark = 12
            guard case .notOwner = try await store.refused(other) else {
                Issue.record("another attempt passed for done")
                return
            }
            try await store.done(EndZone(south, because: .died(south)))
            let recovered = try await store.done(Recover(ann, of: next, to: north, mark: 2))
            #expect(recovered?.state == state("sealed", requests: 4))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func stayingMakesALateCommitFail(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            let commit = CommitHandoff(
                HandoffID(character: ann, epoch: owner.epoch.next, mark: 11), from: owner,
                to: south, login: firstLogin, seal: state("sealed"))
            let stay = Stay(ann, owner, mark: 21)
            let now = try await store.done(stay)
            #expect(now.epoch == owner.epoch.next && now.zone == zone("north"))
            #expect(try await store.done(stay) == now)
            guard case .notOwner = try await store.refused(commit) else {
                Issue.record("a late commit took the character away")
                return
            }
            #expect(try await store.done(Fence(ann, now)).owner == now)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aReplacedLoginDoesNotCross(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            try await store.done(Ban(ann))
            let commit = CommitHandoff(
                HandoffID(character: ann, epoch: owner.epoch.next, mark: 11), from: owner,
                to: south, login: firstLogin, seal: state("sealed"))
            guard case .replaced(let now) = try await store.refused(commit) else { return }
            #expect(now.access == .banned && now.owner == owner)
            try await store.done(Pardon(ann))
            #expect(await store.perform(commit).value == nil, "the login has risen")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func leavingKeepsTheLastState(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let leave = Leave(ann, owner, state: state("last"), mark: 3)
            #expect(try await store.done(leave) == owner.epoch.next)
            #expect(try await store.done(leave) == owner.epoch.next)
            let row = try await store.done(Locate(ann))
            #expect(row.owner == nil)
            let entry = try await store.done(
                Enter(ann, login: row.login, into: north, mark: 8))
            #expect(entry.state == state("last"))
            #expect(entry.owner.epoch.number == 3)
            guard case .notOwner = try await store.refused(leave) else {
                Issue.record("an old departure took the character out")
                return
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aSweepFindsTheCharactersOfDeadZones(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            let (bob, _) = try await store.player("bob", in: north)
            _ = try await store.player("cid", in: south)
            #expect(try await store.done(Sweep()) == [])
            guard
                case .ownerAlive = try await store.refused(
                    Recover(ann, of: owner, to: south, mark: 1))
            else {
                Issue.record("a living zone lost a character")
                return
            }
            // The name goes to another life at once: the rows still name the dead one.
            try await store.done(
                RegisterZone(
                    zone: zone("north"), address: "n", capacity: 1, claim: .died(north), mark: 9))
            #expect(try await store.done(Sweep()).map(\.character) == [ann, bob])
            #expect(try await store.done(Sweep(limit: 1)).map(\.character) == [ann])
            #expect(try await store.done(Recover(ann, of: owner, to: nil, mark: 1)) == .some(nil))
            #expect(try await store.done(Sweep()).map(\.character) == [bob])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func quarantineGoesBackToTheCheckpoint(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            var (ann, owner) = try await store.player("ann", in: north)
            try await store.done(
                Checkpoint(
                    north, moment: 1, zone: state(""),
                    characters: [.init(ann, owner.epoch, state("checkpoint"))]))
            owner = try await store.done(
                CommitHandoff(
                    HandoffID(character: ann, epoch: owner.epoch.next, mark: 11), from: owner,
                    to: south, login: firstLogin, seal: state("poison")))
            try await store.done(EndZone(south, because: .died(south)))
            let entry = try #require(
                try await store.done(Recover(ann, of: owner, to: north, mark: 1)))
            #expect(entry.state == state("poison") && entry.failures == 1)
            let row = try await store.done(Quarantine(ann, at: entry.owner.epoch))
            #expect(row.access == .quarantined && row.owner == nil)
            var enter = Enter(ann, login: row.login, into: north, mark: 77)
            guard case .quarantined = try await store.refused(enter) else { return }
            try await store.done(Pardon(ann))
            enter.login = try await store.done(BeginSession(ann)).login
            #expect(try await store.done(enter).state == state("checkpoint"))
        }
    }

    /// The third failure in a row brings back the newest state that a zone has played.
    @Test(arguments: StoreKind.allCases)
    func aStateThatFailsThriceIsQuarantined(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            var (ann, owner) = try await store.player("ann", in: north)
            try await store.done(
                CheckpointCharacter(ann, owner, moment: 1, state: state("played")))
            owner = try await store.done(
                CommitHandoff(
                    HandoffID(character: ann, epoch: owner.epoch.next, mark: 11), from: owner,
                    to: south, login: firstLogin, seal: state("poison")))
            for count in 1...2 as ClosedRange<UInt64> {
                let fail = Fail(ann, owner, mark: 20 + count)
                let epoch = try await store.done(fail)
                #expect(try await store.done(fail) == epoch, "a repetition counts once")
                let entry = try await store.done(
                    Enter(ann, login: firstLogin, into: south, mark: 30 + count))
                #expect(entry.state == state("poison") && entry.failures == UInt8(count))
                owner = entry.owner
            }
            // A zone that dies before it has played the state is a failure, too.
            try await store.done(EndZone(south, because: .died(south)))
            let recover = Recover(ann, of: owner, to: north, mark: 40)
            #expect(try await store.done(recover) == .some(nil))
            #expect(try await store.done(recover) == .some(nil))
            let row = try await store.done(Locate(ann))
            #expect(row.access == .quarantined && row.failures == 3 && row.login > firstLogin)
            try await store.done(Pardon(ann))
            let login = try await store.done(BeginSession(ann)).login
            let entry = try await store.done(Enter(ann, login: login, into: north, mark: 50))
            #expect(entry.state == state("played") && entry.failures == 0)
        }
    }

    /// A character whose refuge takes nobody goes out, rather than stay in a dead zone.
    @Test(arguments: StoreKind.allCases)
    func aRecoveryWithoutARefugePutsOut(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            try await store.done(SetZonePhase(south, to: .draining))
            try await store.done(EndZone(north, because: .died(north)))
            let recover = Recover(ann, of: owner, to: south, mark: 1)
            #expect(try await store.done(recover) == .some(nil))
            let quote = try await store.done(Quote(recover, of: ann, readsState: true))
            #expect(quote.isDone && quote.row?.place == nil && quote.row?.epoch == owner.epoch.next)
        }
    }

    /// A refusal is quoted with the row of the same moment.
    @Test(arguments: StoreKind.allCases)
    func aQuoteHasTheRowOfItsMoment(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let old = Owner(north, Epoch(generation: 1, number: 0))
            let refused = try await store.done(Quote(Fence(ann, old), of: ann, readsState: true))
            #expect(!refused.isDone && refused.row?.owner == owner && refused.isPlaceAlive)
            #expect(refused.state == nil)
            try await store.done(
                CheckpointCharacter(ann, owner, moment: 5, state: state("five")))
            try await store.done(
                CheckpointCharacter(ann, owner, moment: 4, state: state("four")))
            let done = try await store.done(Quote(Fence(ann, owner), of: ann, readsState: true))
            #expect(done.isDone && done.state == state("five"), "an older tick changes nothing")
            let nobody = CharacterID(rawValue: 99)
            let unknown = try await store.done(Quote(Fence(nobody, owner), of: nobody))
            #expect(!unknown.isDone && unknown.row == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aSurveyShowsWhoNeedsSomething(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, annOwner) = try await store.player("ann", in: north)
            let (bob, bobOwner) = try await store.player("bob", in: south)
            var survey = try await store.done(Survey())
            #expect(survey.zones.map(\.life) == [north, south])
            #expect(survey.characters.map(\.row?.character) == [ann, bob])
            #expect(survey.characters.allSatisfy { $0.isPlaceAlive && $0.state == nil })
            #expect(try await store.done(Survey(limit: 1)).characters.count == 1)
            for (character, owner) in [(ann, annOwner), (bob, bobOwner)] {
                try await store.done(
                    CheckpointCharacter(character, owner, moment: 1, state: state("x")))
            }
            #expect(try await store.done(Survey()).characters == [])
            try await store.done(EndZone(south, because: .died(south)))
            survey = try await store.done(Survey())
            #expect(survey.characters.map(\.row?.character) == [bob])
            #expect(survey.characters.allSatisfy { !$0.isPlaceAlive && $0.state == nil })
        }
    }
}
