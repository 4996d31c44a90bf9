internal import ParleyHandoff

/// The decision about a deal, from the rows that it touches: all effects in their order, or none.
struct Settlement {
    /// The items of the deal; nil where there is none.
    private(set) var items: [ItemID: Item?]
    private(set) var balances: [Purse: Int64]
    private(set) var ledger: [LedgerRow] = []
    private let operation: String

    init(operation: String, items: [ItemID: Item?], balances: [Purse: Int64]) {
        self.operation = operation
        self.items = items
        self.balances = balances
    }

    /// Applies the effects. The result is `.applied`, or the first reason against it.
    mutating func settle(_ effects: [DealEffect]) -> DealResult {
        for effect in effects {
            let result = effect.item == nil ? change(by: effect) : place(by: effect)
            guard result == .applied else { return result }
        }
        return .applied
    }

    private mutating func place(by effect: DealEffect) -> DealResult {
        switch effect {
        case .mint(let id, let kind, let holder):
            guard items[id].flatMap({ $0 }) == nil else { return .itemExists(id) }
            items[id] = .some(Item(id: id, kind: kind, holder: holder))
        case .move(let id, let from, let holder):
            guard var item = items[id].flatMap({ $0 }), item.holder == from else {
                return elsewhere(id)
            }
            item.holder = holder
            items[id] = .some(item)
        case .burn(let id, let from):
            guard let item = items[id].flatMap({ $0 }), item.holder == from else {
                return elsewhere(id)
            }
            items[id] = .some(nil)
        case .issue, .pay, .destroy: break
        }
        return .applied
    }

    private func elsewhere(_ id: ItemID) -> DealResult {
        .itemElsewhere(id, items[id].flatMap { $0 }?.holder)
    }

    private mutating func change(by effect: DealEffect) -> DealResult {
        for (holder, currency, change) in effect.changes {
            let purse = Purse(holder: holder, currency: currency)
            let amount = balances[purse] ?? 0
            let (sum, overflow) = amount.addingReportingOverflow(change)
            let balance = Balance(holder: holder, currency: currency, amount: amount)
            guard !overflow else { return .tooMuch(balance) }
            guard sum >= 0 else { return .notEnough(balance) }
            balances[purse] = sum
            ledger.append(
                LedgerRow(
                    operation: operation, index: ledger.count, holder: holder, currency: currency,
                    change: change))
        }
        return .applied
    }
}
