public import ParleyHandoff

/// What a check of a store has found. It reads all rows but the states' bytes, so no zone should run meanwhile.
public struct StoreAudit: Hashable, Sendable {
    /// What is wrong, a sentence each; empty for a sound store.
    public private(set) var problems: [String] = []
    /// Every character's epoch, to compare with a later audit.
    public private(set) var epochs: [CharacterID: Epoch] = [:]

    /// - Parameter engine: What the engine itself found wrong.
    init(_ contents: StoreContents, engine: [String] = []) {
        problems = engine + contents.unreadable
        for row in contents.characters { epochs[row.character] = row.epoch }
        checkPlaces(of: contents)
        checkStates(of: contents)
        checkMoney(of: contents)
        checkHolders(of: contents)
    }

    /// The characters whose epoch did not rise, or that are gone, since an earlier audit of the same store.
    public func regressions(since earlier: StoreAudit) -> [String] {
        earlier.epochs.sorted { $0.key < $1.key }.compactMap { character, before in
            guard let now = epochs[character] else { return "\(character) is gone" }
            return now < before ? "\(character) went back from \(before) to \(now)" : nil
        }
    }
}

extension StoreAudit {
    private mutating func checkPlaces(of contents: StoreContents) {
        let zones = Dictionary(contents.zones.map { ($0.life.zone, $0) }) { first, _ in first }
        for row in contents.characters {
            let name = "\(row.character)"
            if row.taken > row.epoch.number {
                problems.append("\(name) was taken after \(row.epoch)")
            }
            if row.epoch.generation > contents.generation {
                problems.append("\(name) has \(row.epoch) in generation \(contents.generation)")
            }
            guard let place = row.place else { continue }
            let newest = zones[place.zone]?.life.incarnation
            if newest.map({ $0 < place.incarnation }) ?? true {
                problems.append(
                    "\(name) is in \(place.zone), \(place.incarnation), which never registered")
            }
        }
    }

    private mutating func checkStates(of contents: StoreContents) {
        let rows = Dictionary(contents.characters.map { ($0.character, $0) }) { first, _ in first }
        for state in contents.states {
            guard let row = rows[state.character] else {
                problems.append("a state belongs to \(state.character), which does not exist")
                continue
            }
            if state.number > row.epoch.number {
                problems.append(
                    "a state of \(state.character) is of number \(state.number), after \(row.epoch)"
                )
            }
        }
        for event in contents.outbox where event.event.number > rows[event.character]?.outbox ?? 0 {
            problems.append("\(event.character) has no event \(event.event.number)")
        }
        var owners: [CharacterID: String] = [:]
        for account in contents.accounts {
            if rows[account.character] == nil {
                problems.append("the account \(account.name) has no character")
            }
            if let other = owners.updateValue(account.name, forKey: account.character) {
                problems.append("\(account.character) belongs to \(other) and to \(account.name)")
            }
        }
    }

    /// Every balance is the sum of its ledger, so the sums over a currency agree as well.
    private mutating func checkMoney(of contents: StoreContents) {
        var sums: [Purse: Int64] = [:]
        for entry in contents.ledger {
            let purse = Purse(holder: entry.holder, currency: entry.currency)
            let (sum, overflow) = sums[purse, default: 0].addingReportingOverflow(entry.change)
            if overflow { problems.append("the ledger of \(purse.holder) exceeds 64 bits") }
            sums[purse] = sum
        }
        var balances: [Purse: Int64] = [:]
        for balance in contents.balances {
            balances[Purse(holder: balance.holder, currency: balance.currency)] = balance.amount
            if balance.amount < 0 {
                problems.append("\(balance.holder) has \(balance.amount) of \(balance.currency)")
            }
        }
        for purse in Set(sums.keys).union(balances.keys).sorted() {
            let (balance, sum) = (balances[purse] ?? 0, sums[purse] ?? 0)
            if balance != sum {
                problems.append(
                    "\(purse.holder) has \(balance) of \(purse.currency), and the ledger says \(sum)"
                )
            }
        }
    }

    private mutating func checkHolders(of contents: StoreContents) {
        let characters = Set(contents.characters.map(\.character))
        let zones = Set(contents.zones.map(\.life.zone))
        for holder in contents.items.map(\.holder) + contents.balances.map(\.holder) {
            let exists =
                switch holder {
                case .character(let character): characters.contains(character)
                case .zone(let zone): zones.contains(zone)
                }
            if !exists { problems.append("\(holder) has something and does not exist") }
        }
    }
}
