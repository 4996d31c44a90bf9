import ParleyHandoff
import ParleySockets
import Testing

@testable import ParleyStore

/// Random operations on SQLite, PostgreSQL and the model: the same answers, the same rows, and a sound store after each.
@Suite struct AgreementTests {
    @Test(arguments: UInt64(1)...12)
    func bothStoresGiveTheSameAnswers(seed: UInt64) async throws {
        try await TemporaryFolder.with { folder in
            let file = try await SQLiteStore(path: folder.path("a.db"))
            let model = ModelStore(seed: seed, clock: TestClock.clock)
            var script = Script(seed: seed)
            var (done, refused) = (0, 0)
            var earlier = await model.audit()
            for step in 0..<400 {
                let rows = await model.rows
                let operation = script.next(rows)
                let isDone = try await agree(operation, file, model, step: step)
                if isDone { done += 1 } else { refused += 1 }
                // An operation that is refused has written nothing.
                if !isDone { #expect(await model.rows == rows, "seed \(seed), step \(step)") }
                if step % 20 == 0 {
                    let audit = await model.audit()
                    #expect(audit.problems == [], "seed \(seed), step \(step)")
                    #expect(audit.regressions(since: earlier) == [])
                    earlier = audit
                    let contents = try await file.done(ReadContents())
                    #expect(contents == (try await model.done(ReadContents())), "seed \(seed)")
                }
            }
            #expect(done > 100 && refused > 20, "\(done) done, \(refused) refused")
        }
    }

    @Test(.needsPostgres, arguments: UInt64(1)...3)
    func postgresGivesTheSameAnswers(seed: UInt64) async throws {
        try await TestPostgres.withStore { database, _ in
            let model = ModelStore(seed: seed, clock: TestClock.clock)
            var script = Script(seed: seed)
            for step in 0..<300 {
                let operation = script.next(await model.rows)
                _ = try await agree(operation, database, model, step: step)
                if step % 50 == 0 {
                    let contents = try await database.done(ReadContents())
                    #expect(contents == (try await model.done(ReadContents())), "seed \(seed)")
                }
            }
        }
    }

    private func agree<Operation: StoreOperation>(
        _ operation: Operation, _ file: any Store, _ model: ModelStore, step: Int
    ) async throws -> Bool {
        let (left, right) = (await file.perform(operation), await model.perform(operation))
        #expect(left == right, "step \(step): \(operation)")
        return right.value != nil
    }
}

extension ModelStore {
    var rows: MemoryTables.Rows { tables.rows }
}

/// Chooses operations from what is stored, mostly right and sometimes wrong.
struct Script {
    private var random: SeededGenerator
    private var counter: UInt64 = 10
    private var past: [any StoreOperation] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func next(_ rows: MemoryTables.Rows) -> any StoreOperation {
        // One in eight is a repetition, as after a lost answer.
        if !past.isEmpty, chance(8) { return past[number(past.count)] }
        counter += 1
        let operation = make(rows)
        past.append(operation)
        return operation
    }

    private mutating func make(_ rows: MemoryTables.Rows) -> any StoreOperation {
        if rows.zones.count < 3, chance(4) { return zoneOperation(rows) }
        if rows.accounts.count < 3, chance(4) {
            return accountOperation(character(rows), creates: true)
        }
        let row = character(rows)
        if row.access != .allowed, chance(2) {
            return row.access == .kicked ? BeginSession(row.character) : Pardon(row.character)
        }
        if row.owner == nil, chance(2) {
            return Enter(row.character, login: row.login, into: place(rows), mark: counter)
        }
        switch number(12) {
        case 0: return zoneOperation(rows)
        case 1: return accountOperation(row)
        case 2: return Enter(row.character, login: row.login, into: place(rows), mark: counter)
        case 3:
            return CommitHandoff(
                HandoffID(character: row.character, epoch: owner(row).epoch.next, mark: counter),
                from: owner(row), to: place(rows), login: row.login,
                seal: state("\(counter)", seen: row.outbox))
        case 4: return Stay(row.character, owner(row), mark: counter)
        case 5: return Leave(row.character, owner(row), state: state("\(counter)"), mark: counter)
        case 6: return checkpoint(rows)
        case 7: return repair(row, rows)
        case 8: return PullOutbox(row.character, owner(row), beyond: UInt64(number(4)))
        case 9: return Fence(row.character, owner(row))
        default: return deal(row, rows)
        }
    }

    private mutating func zoneOperation(_ rows: MemoryTables.Rows) -> any StoreOperation {
        let name = zone(["north", "south", "east"][number(3)])
        guard let now = rows.zones[name] else {
            return RegisterZone(zone: name, address: "x", capacity: 9, mark: counter)
        }
        switch number(6) {
        case 0 where chance(2): return EndZone(now.life, because: .died(now.life))
        case 1 where chance(2):
            return RegisterZone(
                zone: name, address: "y", capacity: 9, claim: .expired(now.life, beat: now.beat),
                mark: counter)
        case 2: return Beat(now.life, number: counter, load: UInt32(number(9)))
        case 3: return chance(12) ? BeginGeneration(after: rows.generation) : ListZones()
        default:
            return now.isAlive
                ? SetZonePhase(now.life, to: chance(6) ? .draining : .ready)
                : RegisterZone(zone: name, address: "z", capacity: 9, mark: counter)
        }
    }

    private mutating func accountOperation(_ row: CharacterRecord, creates: Bool = false)
        -> any StoreOperation
    {
        let names = ["ann", "bob", "cid"].compactMap { AccountName($0) }
        let name = names[number(names.count)]
        switch creates ? 0 : number(5) {
        case 0: return CreateAccount(name: name, password: nil)
        case 1:
            return LogIn(name: name, verified: nil, digest: [UInt8(counter & 0xFF)], expiry: 9)
        case 2: return Kick(row.character, login: row.login)
        case 3:
            let login = chance(2) ? row.login : nil
            return chance(3)
                ? Ban(row.character, login: login)
                : Pardon(row.character, login: login, onlyQuarantine: chance(3))
        default: return BeginSession(row.character)
        }
    }

    private mutating func repair(_ row: CharacterRecord, _ rows: MemoryTables.Rows)
        -> any StoreOperation
    {
        switch number(8) {
        case 0: chance(2) ? Sweep() : Survey()
        case 1: Quarantine(row.character, at: row.epoch)
        case 2: Fail(row.character, owner(row), mark: counter)
        case 3: chance(2) ? TrimOutbox() : TrimDeals(before: Int64(counter) - 20)
        case 4:
            CheckpointCharacter(
                row.character, owner(row), moment: counter - UInt64(number(9)),
                state: state("\(counter)", seen: row.outbox))
        case 5:
            Quote(
                Leave(row.character, owner(row), state: state("\(counter)"), mark: counter),
                of: row.character, readsState: true)
        default:
            Recover(row.character, of: owner(row), to: chance(3) ? nil : place(rows), mark: counter)
        }
    }

    private mutating func checkpoint(_ rows: MemoryTables.Rows) -> any StoreOperation {
        let place = place(rows)
        let life =
            rows.zones[place.zone]?.life
            ?? ZoneProcess(place.zone, place.incarnation)
        let parts = rows.characters.values.sorted { $0.character < $1.character }.map {
            Checkpoint.Character($0.character, $0.epoch, state("\(counter)", seen: $0.outbox))
        }
        return Checkpoint(
            life, moment: counter - UInt64(number(3)), zone: state("\(counter)"), characters: parts)
    }

    private mutating func deal(_ row: CharacterRecord, _ rows: MemoryTables.Rows)
        -> any StoreOperation
    {
        let other = character(rows)
        let (mine, its) = (Holder.character(row.character), Holder.character(other.character))
        let gold = Currency(rawValue: UInt16(number(2)))
        let items = rows.items.values.map(\.id).sorted()
        let item =
            items.isEmpty || chance(4)
            ? ItemID(rawValue: random.next()) : items[number(items.count)]
        let effects: [DealEffect] =
            switch number(6) {
            case 0: [.mint(item, kind: 1, to: mine)]
            case 1: [.move(item, from: mine, to: its), .pay(gold, 3, from: its, to: mine)]
            case 2: [.burn(item, from: mine)]
            case 3: [.pay(gold, Int64(1 + number(9)), from: mine, to: its)]
            case 4: [.destroy(gold, 2, from: mine), .mint(item, kind: 2, to: mine)]
            default: [.issue(gold, Int64(number(20)), to: mine)]
            }
        var parties = [row.character: owner(row)]
        if other.character != row.character { parties[other.character] = owner(other) }
        return Deal(
            .request(character: row.character, login: row.login, request: counter, index: 0),
            parties: parties, effects: effects,
            note: [UInt8(counter & 0xFF)], date: Int64(counter))
    }

    private mutating func character(_ rows: MemoryTables.Rows) -> CharacterRecord {
        let all = rows.characters.values.sorted { $0.character < $1.character }
        guard !all.isEmpty, !chance(40) else {
            return CharacterRecord(new: CharacterID(rawValue: 77), generation: 1)
        }
        return all[number(all.count)]
    }

    /// The owner; now and then one of the past.
    private mutating func owner(_ row: CharacterRecord) -> Owner {
        var owner =
            row.owner
            ?? Owner(zone: zone("north"), incarnation: .init(rawValue: 1), epoch: row.epoch)
        if chance(12), owner.epoch.number > 0 { owner.epoch.number -= 1 }
        return owner
    }

    private mutating func place(_ rows: MemoryTables.Rows) -> ZoneProcess {
        let zones = rows.zones.values.sorted { $0.life.zone < $1.life.zone }
        let ready = zones.filter { $0.phase == .ready }
        let all = ready.isEmpty || chance(6) ? zones : ready
        guard !all.isEmpty, !chance(20) else {
            return ZoneProcess(zone("west"), .init(rawValue: 1))
        }
        return all[number(all.count)].life
    }

    private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    private mutating func chance(_ count: Int) -> Bool { number(count) == 0 }
}
