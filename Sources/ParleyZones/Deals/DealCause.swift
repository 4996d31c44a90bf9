import ParleyHandoff

/// What a deal follows from. The names of deals go by it, so that a zone that lost its memory, and does the same again,
/// gives its deals the same names.
struct DealCause: Hashable, Sendable {
    private enum Source: Hashable {
        /// A player's request, of a session; or the event of that number, of session 0, which no player has.
        case numbered(LoginNumber, UInt64, nextIndex: UInt16)
        /// A deal that never took place: one that takes its place has its name.
        case void(OperationID?)
    }

    /// Whose request or event it is. It takes part in each deal that follows.
    let character: CharacterID
    private var source: Source

    /// A player's request.
    init(requestOf character: CharacterID, _ login: LoginNumber, _ number: UInt64) {
        self.character = character
        source = .numbered(login, number, nextIndex: 0)
    }

    /// An event of a character's outbox.
    init(event number: UInt64, of character: CharacterID) {
        self.init(requestOf: character, LoginNumber(rawValue: 0), number)
    }

    /// A deal that never took place. Its name is free for another try, unless it is named after somebody else.
    init(voidDeal operation: OperationID, of character: CharacterID) {
        self.character = character
        if case .request(character, _, _, _) = operation {
            source = .void(operation)
        } else {
            source = .void(nil)
        }
    }

    /// The name of the next deal; nil if there is none that is the same another time.
    mutating func nextName() -> OperationID? {
        switch source {
        case .numbered(let login, let number, let index) where index < .max:
            source = .numbered(login, number, nextIndex: index + 1)
            return .request(character: character, login: login, request: number, index: index)
        case .numbered: return nil
        case .void(let name):
            source = .void(nil)
            return name
        }
    }
}
