public import ParleyHandoff

/// The number of one item: random, given by who mints it, and never used again.
public struct ItemID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 64 random bits.
    public let rawValue: UInt64

    /// The item of that number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Rows are read in this order.
    public static func < (left: ItemID, right: ItemID) -> Bool { left.rawValue < right.rawValue }

    /// For example "item 0x1f".
    public var description: String { "item 0x\(String(rawValue, radix: 16))" }
}

/// A currency of the game, such as gold.
public struct Currency: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The game's number for it.
    public let rawValue: UInt16

    /// The currency of that number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The order of the numbers.
    public static func < (left: Currency, right: Currency) -> Bool {
        left.rawValue < right.rawValue
    }

    /// For example "currency 1".
    public var description: String { "currency \(rawValue)" }
}

/// Who has an item or money.
public enum Holder: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// A character.
    case character(CharacterID)
    /// A zone, for what lies on its ground.
    case zone(ZoneName)

    /// For example "character 7" or "zone north".
    public var description: String {
        switch self {
        case .character(let character): character.description
        case .zone(let zone): "zone \(zone)"
        }
    }
}

/// An item and who has it.
public struct Item: Hashable, Sendable {
    /// Its number.
    public var id: ItemID
    /// The game's number for its kind.
    public var kind: UInt32
    /// Who has it.
    public var holder: Holder

    /// An item from its parts.
    public init(id: ItemID, kind: UInt32, holder: Holder) {
        self.id = id
        self.kind = kind
        self.holder = holder
    }
}

/// How much of a currency one holder has.
public struct Balance: Hashable, Sendable {
    /// Whose money it is.
    public var holder: Holder
    /// The currency.
    public var currency: Currency
    /// The amount in the currency's smallest unit; never negative.
    public var amount: Int64

    /// A balance from its parts.
    public init(holder: Holder, currency: Currency, amount: Int64) {
        self.holder = holder
        self.currency = currency
        self.amount = amount
    }
}

/// What one holder has.
public struct Possessions: Hashable, Sendable {
    /// The items, by ascending number.
    public var items: [Item]
    /// The balances, by ascending currency.
    public var balances: [Balance]

    /// Possessions from their parts.
    public init(items: [Item] = [], balances: [Balance] = []) {
        self.items = items
        self.balances = balances
    }

    /// How much there is of a currency.
    public func amount(of currency: Currency) -> Int64 {
        balances.first { $0.currency == currency }?.amount ?? 0
    }
}
