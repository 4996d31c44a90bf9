public import ParleyHandoff

/// Things and money that change hands, exactly once: all effects of one operation, or none.
///
/// A trade of two characters is one deal with effects in both directions. The result is kept under the
/// operation's name, and waits in the outbox of every character of the deal, for the zone that has it by then.
public struct Deal: StoreOperation, Hashable {
    /// The name by which a repetition is recognised, whatever its effects are then.
    public var operation: OperationID
    /// The characters for which the caller acts, and their owners. All of them must still be the owners.
    public var parties: [CharacterID: Owner]
    /// The zone's life for which the caller acts, if the zone itself gives or gets something.
    public var zone: ZoneProcess?
    /// The effects, in their order. A deal without any is done all the same, once.
    public var effects: [DealEffect]
    /// Bytes for the game, which come with the result's event. At most ``mostNoteBytes``.
    public var note: [UInt8]
    /// Seconds since 1970, by the caller's clock. ``TrimDeals`` goes by it, and nothing else.
    public var date: Int64

    /// The most effects of a deal.
    public static let mostEffects = 64
    /// The most parties of a deal.
    public static let mostParties = 16
    /// The most bytes of a note.
    public static let mostNoteBytes = 4_096

    /// A deal from its parts.
    public init(
        _ operation: OperationID, parties: [CharacterID: Owner], zone: ZoneProcess? = nil,
        effects: [DealEffect], note: [UInt8] = [], date: Int64 = 0
    ) {
        self.operation = operation
        self.parties = parties
        self.zone = zone
        self.effects = effects
        self.note = note
        self.date = date
    }

    /// The result.
    public var steps: StoreSteps<DealResult> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        DealResult
    > {
        if let refusal = malformation { return .refused(refusal) }
        let (locked, refusal) = try await lock(on: tables)
        if let earlier = try await tables.result(operation.key) { return .done(earlier) }
        if let refusal { return .refused(refusal) }
        var settlement = Settlement(
            operation: operation.key, items: try await items(on: tables),
            balances: try await balances(on: tables))
        let result = settlement.settle(effects)
        if result == .applied { try await write(settlement, to: tables) }
        try await tables.insert(result, operation.key, date: date)
        for var row in locked {
            row.outbox &+= 1
            try await tables.write(row)
            let event = OutboxEvent(
                number: row.outbox, operation: operation.key, result: result, note: note)
            try await tables.append(event, row.character)
        }
        return .done(result)
    }

    /// Locks every character of the deal, by ascending number, and then the zone.
    private func lock(on tables: any StoreTables) async throws(StoreFault)
        -> (rows: [CharacterRecord], refusal: StoreRefusal?)
    {
        var rows: [CharacterRecord] = []
        var refusal: StoreRefusal?
        for character in characters {
            guard let row = try await tables.lock(character) else {
                refusal = refusal ?? .noSuchCharacter(character)
                continue
            }
            if let owner = parties[character], row.owner != owner {
                refusal = refusal ?? .notOwner(row)
            }
            rows.append(row)
        }
        if let zone, try await !tables.fence(zone) {
            let now = try await tables.zone(zone.zone)
            refusal = refusal ?? .zoneNotReady(zone.zone, now)
        }
        return (rows, refusal)
    }

    private func items(on tables: any StoreTables) async throws(StoreFault) -> [ItemID: Item?] {
        var items: [ItemID: Item?] = [:]
        for id in Set(effects.compactMap(\.item)).sorted() {
            items[id] = .some(try await tables.item(id))
        }
        return items
    }

    private func balances(on tables: any StoreTables) async throws(StoreFault) -> [Purse: Int64] {
        var balances: [Purse: Int64] = [:]
        let purses = effects.flatMap(\.changes).map {
            Purse(holder: $0.holder, currency: $0.currency)
        }
        for purse in Set(purses).sorted() {
            balances[purse] = try await tables.balance(purse.holder, purse.currency)
        }
        return balances
    }

    private func write(_ settlement: Settlement, to tables: any StoreTables)
        async throws(StoreFault)
    {
        for (id, item) in settlement.items.sorted(by: { $0.key < $1.key }) {
            if let item { try await tables.write(item) } else { try await tables.remove(id) }
        }
        for (purse, amount) in settlement.balances.sorted(by: { $0.key < $1.key }) {
            try await tables.write(
                Balance(holder: purse.holder, currency: purse.currency, amount: amount))
        }
        for entry in settlement.ledger { try await tables.append(entry) }
    }
}

extension Deal {
    /// Every character that gives, gets or takes part, by ascending number.
    private var characters: [CharacterID] {
        var all = Set(parties.keys)
        for holder in effects.flatMap({ [$0.giver, $0.receiver] }) {
            if case .character(let character)? = holder { all.insert(character) }
        }
        return all.sorted()
    }

    /// What is wrong with the deal, whatever is stored.
    package var malformation: StoreRefusal? {
        if effects.count > Self.mostEffects {
            return .malformed("\(effects.count) effects")
        }
        if parties.count > Self.mostParties { return .malformed("\(parties.count) parties") }
        if note.count > Self.mostNoteBytes { return .malformed("a note of \(note.count) bytes") }
        for effect in effects {
            if let amount = effect.amount, amount <= 0 {
                return .malformed("an amount of \(amount)")
            }
            if effect.giver != nil, effect.giver == effect.receiver {
                return .malformed("\(effect) gives to its giver")
            }
            if let giver = effect.giver, !isEntitled(to: giver) { return .notEntitled(giver) }
            if case .zone? = effect.receiver, let to = effect.receiver, !isEntitled(to: to) {
                return .notEntitled(to)
            }
        }
        return isNamedByItsCaller ? nil : .malformed("the operation is not the caller's")
    }

    private func isEntitled(to holder: Holder) -> Bool {
        switch holder {
        case .character(let character): parties[character] != nil
        case .zone(let name): zone?.zone == name
        }
    }

    private var isNamedByItsCaller: Bool {
        switch operation {
        case .request(let character, _, _, _): parties[character] != nil
        case .zone(let name, let incarnation, _):
            zone == ZoneProcess(name, incarnation)
                || parties.values.contains { $0.process == ZoneProcess(name, incarnation) }
        }
    }
}
