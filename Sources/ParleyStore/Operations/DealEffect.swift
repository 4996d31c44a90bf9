internal import ParleyHandoff

/// One change of a deal.
public enum DealEffect: Hashable, Sendable {
    /// A new item comes into being.
    case mint(ItemID, kind: UInt32, to: Holder)
    /// An item changes hands.
    case move(ItemID, from: Holder, to: Holder)
    /// An item is gone for ever.
    case burn(ItemID, from: Holder)
    /// New money comes into being. The amount is above 0.
    case issue(Currency, Int64, to: Holder)
    /// Money changes hands. The amount is above 0.
    case pay(Currency, Int64, from: Holder, to: Holder)
    /// Money is gone for ever. The amount is above 0.
    case destroy(Currency, Int64, from: Holder)

    /// Who loses something.
    package var giver: Holder? {
        switch self {
        case .mint, .issue: nil
        case .move(_, let from, _), .burn(_, let from), .pay(_, _, let from, _),
            .destroy(_, _, let from):
            from
        }
    }

    /// Who gets something.
    var receiver: Holder? {
        switch self {
        case .mint(_, _, let to), .move(_, _, let to), .issue(_, _, let to), .pay(_, _, _, let to):
            to
        case .burn, .destroy: nil
        }
    }

    /// The item that it is about.
    var item: ItemID? {
        switch self {
        case .mint(let item, _, _), .move(let item, _, _), .burn(let item, _): item
        case .issue, .pay, .destroy: nil
        }
    }

    /// How much money it is about.
    var amount: Int64? {
        switch self {
        case .mint, .move, .burn: nil
        case .issue(_, let amount, _), .pay(_, let amount, _, _), .destroy(_, let amount, _): amount
        }
    }

    /// The balances that it changes, and by how much. The amount is above 0.
    var changes: [(holder: Holder, currency: Currency, change: Int64)] {
        switch self {
        case .mint, .move, .burn: []
        case .issue(let currency, let amount, let to): [(to, currency, amount)]
        case .pay(let currency, let amount, let from, let to):
            [(from, currency, -amount), (to, currency, amount)]
        case .destroy(let currency, let amount, let from): [(from, currency, -amount)]
        }
    }
}
