import ParleyDatagrams
import ParleyHandoff
import ParleySockets

/// Chooses requests from what is stored, mostly right, sometimes wrong, stale or repeated.
struct RequestScript {
    static let characters = (1...4 as ClosedRange<UInt64>).map { CharacterID(rawValue: $0) }

    private var random: SeededGenerator
    private var counter: UInt64 = 100
    private var past: [OwnershipRequest] = []
    private var owners: [Owner] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func next(_ table: OwnershipTable) -> OwnershipRequest {
        // One in seven is a repetition, mostly of a call of just now.
        if !past.isEmpty, chance(7) {
            return past[
                max(0, past.count - 1 - number(chance(4) ? past.count : min(past.count, 8)))]
        }
        counter += 1
        let request = make(table)
        past.append(request)
        return request
    }

    private mutating func make(_ table: OwnershipTable) -> OwnershipRequest {
        if chance(3) || table.zones.count < 2 { return aboutZone(table) }
        guard let row = table.characters.isEmpty || chance(40) ? nil : pick(table.characters)
        else { return .look(CharacterID(rawValue: 99)) }
        if let owner = row.owner, owners.last != owner { owners.append(owner) }
        let character = row.character
        if row.access != .allowed, chance(3) {
            return chance(2) ? .pardon(character) : .login(character)
        }
        let owner = owner(of: row)
        if row.place == nil, chance(2) {
            return .enter(character, login(of: row), target(table), mark: counter)
        }
        if let place = row.place, !table.isAlive(place), chance(2) {
            return .recover(character, owner, to: chance(3) ? nil : target(table), mark: counter)
        }
        switch number(18) {
        case 0: return .enter(character, login(of: row), target(table), mark: counter)
        case 1, 2, 3: return commit(row, owner, table)
        case 4: return .stay(character, owner, mark: mark(of: row))
        case 5: return .leave(character, owner, mark: mark(of: row), state(of: row))
        case 6, 7: return .fail(character, owner, mark: mark(of: row))
        case 8: return .recover(character, owner, to: target(table), mark: mark(of: row))
        case 9: return .fence(character, owner)
        case 10, 11, 12: return .checkpoint(character, owner, state(of: row))
        case 13: return .perform(operation(row, owner), character, owner)
        case 14: return .login(character)
        case 15: return chance(3) ? .kick(character) : .look(character)
        case 16: return chance(5) ? .ban(character) : .survey
        default: return chance(20) ? .raiseGeneration : .survey
        }
    }

    private mutating func aboutZone(_ table: OwnershipTable) -> OwnershipRequest {
        let name = pick(["east", "north", "south", "west"].compactMap { ZoneName($0) })
        guard let row = table.zone(name) else {
            return chance(6)
                ? .retire(ZoneProcess(name, Incarnation(rawValue: 1)), beat: nil)
                : .register(name, mark: counter)
        }
        var process = row.process
        if chance(8) { process.incarnation = Incarnation(rawValue: 1 + UInt64(number(3))) }
        switch number(12) {
        case 0: return .drain(process)
        case 1: return .retire(process, beat: nil)
        case 2: return .retire(process, beat: row.beat - min(row.beat, UInt64(number(2))))
        case 3, 4: return .register(name, mark: chance(4) ? row.mark : counter)
        case 5...7 where row.state != .ready: return .register(name, mark: counter)
        case 5,
            6 where row.state == .draining:
            return .retire(process, beat: nil)
        default: return .beat(process, number: row.beat + UInt64(number(3)))
        }
    }

    private mutating func commit(_ row: CharacterRow, _ owner: Owner, _ table: OwnershipTable)
        -> OwnershipRequest
    {
        var epoch = owner.epoch.next
        if chance(20) { epoch.number += 1 }
        let attempt = HandoffID(character: row.character, epoch: epoch, mark: mark(of: row))
        return .commit(attempt, owner, to: target(table), state(of: row))
    }

    private mutating func operation(_ row: CharacterRow, _ owner: Owner) -> OperationID {
        if chance(3) { return .zone(owner.zone, owner.incarnation, counter: counter) }
        let asker = chance(6) ? pick(Self.characters) : row.character
        return .request(
            character: asker, login: row.login, request: UInt64(number(20)), index: 0)
    }

    private mutating func state(of row: CharacterRow) -> SealedPlayer {
        let tick = (row.stored?.tick ?? 5) + UInt64(number(6))
        return SealedPlayer(
            login: login(of: row), tick: tick - min(tick, 2), requests: counter,
            notices: 2, noticeTail: chance(3) ? [Datagram(bytes: [1, 2])] : [],
            commands: [Datagram(bytes: [7])],
            deals: [
                OpenDeal(
                    .request(
                        character: row.character, login: row.login, request: counter, index: 1))
            ], stateVersion: 3, state: Datagram(bytes: [UInt8(counter & 0xFF), 4]))
    }

    /// The owner; now and then one of the past.
    private mutating func owner(of row: CharacterRow) -> Owner {
        if !owners.isEmpty, row.owner == nil || chance(9) { return pick(owners) }
        return row.owner
            ?? Owner(
                ZoneProcess(pick(["north"].compactMap { ZoneName($0) }), Incarnation(rawValue: 1)),
                row.epoch)
    }

    private mutating func login(of row: CharacterRow) -> LoginNumber {
        chance(12) ? LoginNumber(rawValue: row.login.rawValue + UInt64(number(2))) : row.login
    }

    /// A new mark; now and then the row's own.
    private mutating func mark(of row: CharacterRow) -> UInt64 {
        chance(15) ? row.mark : counter
    }

    private mutating func target(_ table: OwnershipTable) -> ZoneProcess {
        let ready = table.zones.filter { $0.state == .ready }
        let all = ready.isEmpty || chance(6) ? table.zones : ready
        return pick(all).process
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[number(values.count)] }

    private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    private mutating func chance(_ count: Int) -> Bool { number(count) == 0 }
}
