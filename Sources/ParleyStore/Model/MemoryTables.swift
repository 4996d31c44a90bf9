internal import ParleyHandoff

/// The tables of a store as dictionaries.
final class MemoryTables {
    /// All rows, as one value that can be compared and copied.
    struct Rows: Hashable {
        var generation: UInt32 = 1
        var lastCharacter: UInt64 = 0
        var zones: [ZoneName: ZoneRecord] = [:]
        var characters: [CharacterID: CharacterRecord] = [:]
        var states: [CharacterID: [StateSlot: StateRow]] = [:]
        var zoneStates: [ZoneName: ZoneState] = [:]
        var results: [String: Result] = [:]
        var items: [ItemID: Item] = [:]
        var balances: [Purse: Int64] = [:]
        var ledger: [LedgerRow] = []
        var outbox: [CharacterID: [OutboxEvent]] = [:]
        var accounts: [AccountName: AccountRow] = [:]
        var tokens: [CharacterID: TokenRow] = [:]
    }

    struct Result: Hashable {
        var result: DealResult
        var date: Int64
    }

    struct ZoneState: Hashable {
        var moment: UInt64
        var life: ZoneProcess
        var state: StoredState
    }

    var rows = Rows()
}

extension MemoryTables: StoreTables {
    func generation() -> UInt32 { rows.generation }

    func lockGeneration() -> UInt32 { rows.generation }

    func begin(generation: UInt32) {
        rows.generation = generation
        for name in rows.zones.keys { rows.zones[name]?.phase = .gone }
        for character in rows.characters.keys {
            guard var row = rows.characters[character] else { continue }
            row.place = nil
            row.epoch.generation = generation
            row.taken = row.epoch.number
            row.raiseLogin(row.access == .allowed ? .kicked : row.access)
            rows.characters[character] = row
        }
    }

    func takeCharacterNumber() -> CharacterID {
        rows.lastCharacter += 1
        return CharacterID(rawValue: rows.lastCharacter)
    }

    // MARK: Zones

    func lock(_ zone: ZoneName) -> ZoneRecord? { rows.zones[zone] }

    func fence(_ life: ZoneProcess) -> Bool {
        guard let now = rows.zones[life.zone] else { return false }
        return now.life == life && now.isAlive
    }

    func zone(_ name: ZoneName) -> ZoneRecord? { rows.zones[name] }

    func isReady(_ place: ZoneProcess) -> Bool {
        guard let now = rows.zones[place.zone] else { return false }
        return now.phase == .ready && now.life.incarnation == place.incarnation
    }

    func zones() -> [ZoneRecord] { rows.zones.values.sorted { $0.life.zone < $1.life.zone } }

    func write(_ zone: ZoneRecord) {
        rows.zones[zone.life.zone] = zone
    }

    func beat(_ life: ZoneProcess, number: UInt64, load: UInt32) -> UInt64? {
        guard var now = rows.zones[life.zone], now.life == life, now.isAlive else { return nil }
        now.beat = max(now.beat, number)
        now.load = load
        rows.zones[life.zone] = now
        return now.beat
    }

    func hasCharacters(at place: ZoneProcess) -> Bool { !first(1) { $0.place == place }.isEmpty }

    func ended(at place: ZoneProcess, limit: Int) -> [CharacterRecord] {
        first(limit) { $0.place == place && $0.access != .allowed }
    }

    func orphans(limit: Int) -> [CharacterRecord] {
        first(limit) { row in
            guard let place = row.place else { return false }
            let zone = rows.zones[place.zone]
            return zone?.life.incarnation != place.incarnation || zone?.isAlive != true
        }
    }

    func untaken(limit: Int) -> [CharacterRecord] {
        first(limit) { $0.place != nil && !$0.isTaken }
    }

    private func first(_ limit: Int, where isWanted: (CharacterRecord) -> Bool) -> [CharacterRecord]
    {
        let wanted = rows.characters.values.filter(isWanted).sorted { $0.character < $1.character }
        return Array(wanted.prefix(limit))
    }

    // MARK: Characters and states

    func lock(_ character: CharacterID) -> CharacterRecord? { rows.characters[character] }

    func take(_ claims: [(character: CharacterID, owner: Owner)]) -> [Bool] {
        claims.map { take($0.character, $0.owner) }
    }

    private func take(_ character: CharacterID, _ owner: Owner) -> Bool {
        guard var row = rows.characters[character], row.owner == owner else { return false }
        row.taken = row.epoch.number
        rows.characters[character] = row
        return true
    }

    func character(_ character: CharacterID) -> CharacterRecord? { rows.characters[character] }

    func insert(_ record: CharacterRecord) { write(record) }

    func write(_ record: CharacterRecord) {
        rows.characters[record.character] = record
    }

    func states(_ character: CharacterID) -> [StateSlot: StateRow] { rows.states[character] ?? [:] }

    func write(_ row: StateRow, _ slot: StateSlot, _ character: CharacterID) {
        rows.states[character, default: [:]][slot] = row
    }

    func moment(_ character: CharacterID) -> UInt64? {
        rows.states[character]?[.checkpoint]?.moment
    }

    func removeSeal(_ character: CharacterID) {
        rows.states[character]?[.seal] = nil
    }

    func state(_ zone: ZoneName) -> (moment: UInt64, life: ZoneProcess, state: StoredState)? {
        rows.zoneStates[zone].map { ($0.moment, $0.life, $0.state) }
    }

    func write(_ state: StoredState, moment: UInt64, _ life: ZoneProcess) {
        rows.zoneStates[life.zone] = ZoneState(moment: moment, life: life, state: state)
    }

    // MARK: Deals

    func result(_ operation: String) -> DealResult? { rows.results[operation]?.result }

    func insert(_ result: DealResult, _ operation: String, date: Int64) {
        rows.results[operation] = Result(result: result, date: date)
    }

    func operations(before date: Int64, limit: Int) -> [String] {
        let waiting = Set(rows.outbox.values.joined().map(\.operation))
        let old = rows.results.filter { $0.value.date < date && !waiting.contains($0.key) }
        return old.sorted { ($0.value.date, $0.key) < ($1.value.date, $1.key) }
            .prefix(limit).map(\.key)
    }

    func removeResult(_ operation: String) {
        rows.results[operation] = nil
    }

    func removeLedger(_ operation: String) -> [LedgerRow] {
        let removed = rows.ledger.filter { $0.operation == operation }
        rows.ledger.removeAll { $0.operation == operation }
        return removed
    }

    func add(_ entry: LedgerRow) {
        let index = rows.ledger.firstIndex {
            $0.operation == entry.operation && $0.index == entry.index
        }
        guard let index else { return rows.ledger.append(entry) }
        rows.ledger[index].change += entry.change
    }

    func item(_ id: ItemID) -> Item? { rows.items[id] }

    func items(_ holder: Holder) -> [Item] {
        rows.items.values.filter { $0.holder == holder }.sorted { $0.id < $1.id }
    }

    func write(_ item: Item) {
        rows.items[item.id] = item
    }

    func remove(_ item: ItemID) {
        rows.items[item] = nil
    }

    func balance(_ holder: Holder, _ currency: Currency) -> Int64 {
        rows.balances[Purse(holder: holder, currency: currency)] ?? 0
    }

    func balances(_ holder: Holder) -> [Balance] {
        rows.balances.filter { $0.key.holder == holder }
            .map { Balance(holder: holder, currency: $0.key.currency, amount: $0.value) }
            .sorted { $0.currency < $1.currency }
    }

    func write(_ balance: Balance) {
        rows.balances[Purse(holder: balance.holder, currency: balance.currency)] = balance.amount
    }

    func append(_ entry: LedgerRow) {
        rows.ledger.append(entry)
    }

    func append(_ event: OutboxEvent, _ character: CharacterID) {
        rows.outbox[character, default: []].append(event)
    }

    func outbox(_ character: CharacterID, beyond number: UInt64, limit: Int) -> [OutboxEvent] {
        Array((rows.outbox[character] ?? []).filter { $0.number > number }.prefix(limit))
    }

    func trimOutbox() -> Int {
        var removed = 0
        for (character, events) in rows.outbox {
            guard let states = rows.states[character]?.values, !states.isEmpty,
                let seen = states.map(\.state.outboxSeen).min()
            else { continue }
            let kept = events.filter { $0.number > seen }
            removed += events.count - kept.count
            rows.outbox[character] = kept.isEmpty ? nil : kept
        }
        return removed
    }

    // MARK: Accounts

    func account(_ name: AccountName) -> AccountRow? { rows.accounts[name] }

    func accountName(of character: CharacterID) -> AccountName? {
        rows.accounts.values.first { $0.character == character }?.name
    }

    func insert(_ account: AccountRow) -> Bool {
        guard rows.accounts[account.name] == nil else { return false }
        rows.accounts[account.name] = account
        return true
    }

    func setPassword(_ password: PasswordRecord, of name: AccountName) {
        rows.accounts[name]?.password = password
    }

    func token(_ character: CharacterID) -> TokenRow? { rows.tokens[character] }

    func write(_ token: TokenRow, _ character: CharacterID) {
        rows.tokens[character] = token
    }

    func removeToken(_ character: CharacterID) {
        rows.tokens[character] = nil
    }
}

// MARK: - Auditing

extension MemoryTables {
    func contents() -> StoreContents {
        var contents = StoreContents(generation: rows.generation, zones: zones())
        contents.characters = first(.max) { _ in true }
        for (character, states) in rows.states {
            contents.states += states.values.map {
                StoreContents.State(
                    character: character, number: $0.number, outboxSeen: $0.state.outboxSeen)
            }
        }
        contents.items = Array(rows.items.values)
        contents.balances = rows.balances.map {
            Balance(holder: $0.key.holder, currency: $0.key.currency, amount: $0.value)
        }
        contents.ledger = rows.ledger
        for (character, events) in rows.outbox {
            contents.outbox += events.map { StoreContents.Event(character: character, event: $0) }
        }
        contents.accounts = rows.accounts.values.map {
            StoreContents.Account(name: $0.name.text, character: $0.character)
        }
        return contents.sorted
    }
}
