internal import ParleyHandoff

/// The result of a deal. The store keeps it under the deal's operation, and a repetition gets the same one.
public enum DealResult: Hashable, Sendable {
    /// All effects took place.
    case applied
    /// Nothing took place: somebody has less than the deal gives away.
    case notEnough(Balance)
    /// Nothing took place: the item is not where the deal says; nil if there is no such item.
    case itemElsewhere(ItemID, Holder?)
    /// Nothing took place: the item of that number exists.
    case itemExists(ItemID)
    /// Nothing took place: the balance would exceed what a number holds.
    case tooMuch(Balance)
}

/// The result of a deal, as it waits for the zone that has the character.
public struct OutboxEvent: Hashable, Sendable {
    /// Counts a character's events, from 1 on.
    public var number: UInt64
    /// The deal's operation.
    public var operation: String
    /// The deal's result.
    public var result: DealResult
    /// The game's bytes, as the deal carried them.
    public var note: [UInt8]

    package init(number: UInt64, operation: String, result: DealResult, note: [UInt8]) {
        self.number = number
        self.operation = operation
        self.result = result
        self.note = note
    }
}
