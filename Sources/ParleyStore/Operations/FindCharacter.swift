public import ParleyHandoff

/// Finds the character of an account. Refused as ``StoreRefusal/notAuthenticated`` if there is none of that name.
public struct FindCharacter: StoreOperation, Hashable {
    /// The account's name.
    public var name: AccountName

    /// The question.
    public init(of name: AccountName) {
        self.name = name
    }

    /// The character.
    public var steps: StoreSteps<CharacterID> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<CharacterID>
    {
        guard let account = try await tables.account(name) else {
            return .refused(.notAuthenticated)
        }
        return .done(account.character)
    }
}
