import ParleyDatagrams
import ParleyHandoff
import Testing

/// The rules by which the store decides.
@Suite struct OwnershipTableTests {
    /// Two zones that are ready, and character 7, which played a state in north.
    private func table() -> (OwnershipTable, Owner, ZoneProcess) {
        var table = OwnershipTable()
        table.add(character)
        let north = register(&table, "north")
        let east = register(&table, "east")
        _ = decide(&table, .login(character))
        let entered = decide(&table, .enter(character, LoginNumber(rawValue: 1), north, mark: 1))
        let owner = entered.now?.owner ?? Owner(north, Epoch(generation: 0, number: 0))
        _ = decide(&table, .checkpoint(character, owner, state(1)))
        return (table, owner, east)
    }

    private func register(_ table: inout OwnershipTable, _ zone: String) -> ZoneProcess {
        guard case .zone(let answer) = table.apply(.register(name(zone), mark: 1)) else {
            preconditionFailure("a registration is about a zone")
        }
        return answer.process
    }

    private func decide(
        _ table: inout OwnershipTable, _ request: OwnershipRequest
    ) -> CharacterAnswer {
        guard case .character(let answer) = table.apply(request) else {
            preconditionFailure("\(request) is not about a character")
        }
        return answer
    }

    private func state(_ tick: UInt64) -> SealedPlayer {
        SealedPlayer(login: LoginNumber(rawValue: 1), tick: tick)
    }

    private func attempt(_ owner: Owner, mark: UInt64) -> HandoffID {
        HandoffID(character: character, epoch: owner.epoch.next, mark: mark)
    }

    @Test func aCommitMovesTheCharacterOnce() {
        var (table, owner, east) = table()
        let commit = OwnershipRequest.commit(attempt(owner, mark: 5), owner, to: east, state(9))
        let first = decide(&table, commit)
        #expect(first.isDone && first.now?.owner == Owner(east, owner.epoch.next))
        #expect(table.character(character)?.stored == state(9))
        // The repetition is answered as the first try.
        #expect(decide(&table, commit) == first)
        // Another attempt at the same epoch is not.
        let other = decide(&table, .commit(attempt(owner, mark: 6), owner, to: east, state(8)))
        #expect(!other.isDone && other.now == first.now)
        #expect(table.character(character)?.stored == state(9))
    }

    /// After a stay, no commit of the old epoch can come true.
    @Test func aStayEndsAllAttempts() {
        var (table, owner, east) = table()
        let stay = OwnershipRequest.stay(character, owner, mark: 6)
        #expect(decide(&table, stay).isDone)
        #expect(decide(&table, stay).isDone)
        let late = decide(&table, .commit(attempt(owner, mark: 5), owner, to: east, state(9)))
        #expect(!late.isDone && late.now?.owner == owner.next)
    }

    @Test func everyDurableCallIsFenced() {
        var (table, owner, east) = table()
        _ = decide(&table, .commit(attempt(owner, mark: 5), owner, to: east, state(9)))
        let before = table
        let effect = OperationID.zone(owner.zone, owner.incarnation, counter: 1)
        let calls: [OwnershipRequest] = [
            .fence(character, owner), .checkpoint(character, owner, state(10)),
            .perform(effect, character, owner), .stay(character, owner, mark: 7),
            .leave(character, owner, mark: 7, state(10)), .fail(character, owner, mark: 7),
            .recover(character, owner, to: east, mark: 7),
        ]
        for call in calls {
            #expect(!decide(&table, call).isDone, "\(call)")
            #expect(table == before, "\(call)")
        }
    }

    @Test func checkpointsOfAnOlderTickChangeNothing() {
        var (table, owner, _) = table()
        #expect(decide(&table, .checkpoint(character, owner, state(5))).isDone)
        #expect(decide(&table, .checkpoint(character, owner, state(4))).isDone)
        #expect(table.character(character)?.stored == state(5))
    }

    @Test func aKickAndABanAreSeenByCommitsAndHeartbeats() {
        for request in [OwnershipRequest.kick(character), .ban(character)] {
            var (table, owner, east) = table()
            _ = decide(&table, request)
            let commit = decide(&table, .commit(attempt(owner, mark: 5), owner, to: east, state(9)))
            #expect(!commit.isDone && commit.now?.owner == owner)
            guard case .zone(let beat) = table.apply(.beat(owner.process, number: 1)) else {
                return
            }
            #expect(beat.ended == [EndedSession(character, LoginNumber(rawValue: 2))])
            #expect(decide(&table, .leave(character, owner, mark: 7, state(10))).isDone)
            let isBanned = request == .ban(character)
            #expect(decide(&table, .login(character)).isDone != isBanned)
        }
    }

    @Test func aRowIsRecoveredOnlyFromADeadProcess() {
        var (table, owner, east) = table()
        #expect(!decide(&table, .recover(character, owner, to: east, mark: 7)).isDone)
        #expect(
            table.apply(.retire(owner.process, beat: 0))
                == .zone(ZoneAnswer(.retire, owner.process, isDone: true)))
        let recovered = decide(&table, .recover(character, owner, to: east, mark: 7))
        #expect(recovered.isDone && recovered.now?.owner == Owner(east, owner.epoch.next))
        #expect(recovered.stored == state(1))
    }

    /// A process is declared dead only by the heartbeat that was seen.
    @Test func aHeartbeatSavesAZone() {
        var (table, owner, _) = table()
        _ = table.apply(.beat(owner.process, number: 4))
        #expect(
            table.apply(.retire(owner.process, beat: 3))
                == .zone(ZoneAnswer(.retire, owner.process, isDone: false)))
        #expect(table.isAlive(owner.process))
    }

    @Test func aZoneHasOneProcess() {
        var (table, owner, _) = table()
        #expect(register(&table, "north") == owner.process)
        let second = table.apply(.register(owner.zone, mark: 2))
        #expect(second == .zone(ZoneAnswer(.register, owner.process, mark: 2, isDone: false)))
        _ = table.apply(.retire(owner.process, beat: nil))
        let next = ZoneProcess(owner.zone, Incarnation(rawValue: owner.incarnation.rawValue + 1))
        let third = table.apply(.register(owner.zone, mark: 2))
        #expect(third == .zone(ZoneAnswer(.register, next, mark: 2, isDone: true)))
    }

    @Test func aStateThatFailsThriceIsQuarantined() {
        var (table, owner, east) = table()
        _ = decide(&table, .commit(attempt(owner, mark: 5), owner, to: east, state(9)))
        for count in 1...3 {
            guard let holder = table.character(character)?.owner else { return }
            #expect(decide(&table, .fail(character, holder, mark: UInt64(10 + count))).isDone)
            guard count < 3 else { break }
            let login = table.character(character)?.login ?? LoginNumber(rawValue: 0)
            #expect(decide(&table, .enter(character, login, east, mark: UInt64(20 + count))).isDone)
        }
        #expect(table.character(character)?.access == .quarantined)
        #expect(table.character(character)?.stored == state(1))
        #expect(!decide(&table, .login(character)).isDone)
        _ = decide(&table, .pardon(character))
        #expect(decide(&table, .login(character)).isDone)
    }

    /// A restored store gives no epoch, incarnation or login a second time.
    @Test func aRaisedGenerationShutsEverybodyOut() {
        var (table, owner, east) = table()
        let backup = table
        _ = decide(&table, .commit(attempt(owner, mark: 5), owner, to: east, state(9)))
        table = backup
        _ = table.apply(.raiseGeneration)
        let late = decide(&table, .checkpoint(character, owner, state(10)))
        #expect(!late.isDone && late.now?.place == nil && late.now?.access == .kicked)
        #expect(!table.isAlive(owner.process) && !table.isAlive(east))
        let next = register(&table, "east")
        #expect(next.incarnation.rawValue > UInt64(UInt32.max))
        #expect(late.now?.epoch == Epoch(generation: 2, number: owner.epoch.number))
        #expect((late.now?.login.rawValue ?? 0) > UInt64(UInt32.max))
        #expect(!decide(&table, .recover(character, owner, to: next, mark: 7)).isDone)
    }

    @Test func operationsAreDoneOnce() {
        var (table, owner, _) = table()
        let operation = OperationID.zone(owner.zone, owner.incarnation, counter: 1)
        #expect(decide(&table, .perform(operation, character, owner)).isDone)
        #expect(decide(&table, .perform(operation, character, owner)).isDone)
        #expect(table.operations == [operation])
    }

    /// An effect is named after the request of its character, or after the process.
    @Test func operationsAreNamedAfterTheirOwner() {
        var (table, owner, east) = table()
        let login = LoginNumber(rawValue: 1)
        let another = CharacterID(rawValue: character.rawValue + 1)
        for operation in [
            OperationID.zone(east.zone, east.incarnation, counter: 1),
            .request(character: another, login: login, request: 1, index: 0),
        ] {
            #expect(!decide(&table, .perform(operation, character, owner)).isDone)
        }
        #expect(table.operations.isEmpty)
    }

    /// Another target with the same mark is another call.
    @Test func aRepeatedMarkDoesNotPassForAnotherCall() {
        var (table, owner, east) = table()
        let west = register(&table, "west")
        let seal = state(9)
        #expect(
            decide(&table, .commit(attempt(owner, mark: 5), owner, to: east, seal)).isDone)
        #expect(
            !decide(&table, .commit(attempt(owner, mark: 5), owner, to: west, seal)).isDone)
        // The mark of an epoch is no answer to a recovery from an earlier one.
        var early = owner
        early.epoch.number -= 1
        #expect(!decide(&table, .recover(character, early, to: west, mark: 5)).isDone)
    }

    @Test func aBanSurvivesTheQuarantine() {
        var (table, owner, east) = table()
        _ = decide(&table, .commit(attempt(owner, mark: 5), owner, to: east, state(9)))
        for count in 1...3 {
            guard let holder = table.character(character)?.owner else { return }
            if count == 3 { _ = decide(&table, .ban(character)) }
            #expect(decide(&table, .fail(character, holder, mark: UInt64(10 + count))).isDone)
            guard count < 3 else { break }
            let login = table.character(character)?.login ?? LoginNumber(rawValue: 0)
            #expect(decide(&table, .enter(character, login, east, mark: UInt64(20 + count))).isDone)
        }
        #expect(table.character(character)?.access == .banned)
        #expect(table.character(character)?.stored == state(1))
    }

    @Test func nobodyIsUnknown() {
        var table = OwnershipTable()
        let answer = decide(&table, .look(character))
        #expect(!answer.isDone && answer.now == nil)
    }
}
