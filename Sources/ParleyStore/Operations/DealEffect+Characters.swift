public import ParleyHandoff

/// Effects among characters, which most deals are.
extension DealEffect {
    /// A new item for a character.
    public static func mint(_ item: ItemID, kind: UInt32, to character: CharacterID) -> DealEffect {
        .mint(item, kind: kind, to: .character(character))
    }

    /// An item that one character gives to another.
    public static func move(
        _ item: ItemID, from giver: CharacterID, to receiver: CharacterID
    ) -> DealEffect {
        .move(item, from: .character(giver), to: .character(receiver))
    }

    /// The end of a character's item.
    public static func burn(_ item: ItemID, from character: CharacterID) -> DealEffect {
        .burn(item, from: .character(character))
    }

    /// New money for a character. The amount is above 0.
    public static func issue(
        _ currency: Currency, _ amount: Int64, to character: CharacterID
    ) -> DealEffect {
        .issue(currency, amount, to: .character(character))
    }

    /// Money that one character gives to another. The amount is above 0.
    public static func pay(
        _ currency: Currency, _ amount: Int64, from giver: CharacterID, to receiver: CharacterID
    ) -> DealEffect {
        .pay(currency, amount, from: .character(giver), to: .character(receiver))
    }

    /// The end of a character's money. The amount is above 0.
    public static func destroy(
        _ currency: Currency, _ amount: Int64, from character: CharacterID
    ) -> DealEffect {
        .destroy(currency, amount, from: .character(character))
    }

    /// Everybody who gives or gets something.
    package var holders: [Holder] { [giver, receiver].compactMap { $0 } }
}
