import ParleyHandoff
import ParleyStore

/// What a deal follows from. The names of deals go by it, so that a zone that lost its memory, and does the same again,
/// gives its deals the same names.
struct DealCause: Hashable, Sendable {
    private enum Source: Hashable {
        /// A player's request, of a session; or the event of that number, of session 0, which no player has; or the hash of a
        /// void deal's name, of session 0 as well.
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

    /// A deal that never took place. Its name is free for another try, unless it is named after somebody else: then the
    /// names of what follows go by it.
    init(voidDeal operation: OperationID, of character: CharacterID) {
        self.character = character
        source =
            if case .request(character, _, _, _) = operation {
                .void(operation)
            } else {
                .numbered(LoginNumber(rawValue: 0), Self.number(of: operation), nextIndex: 0)
            }
    }

    /// A number that stands for a deal's name, above those of all events: FNV-1a of the name's characters.
    private static func number(of operation: OperationID) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in operation.key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash >> 2 | 1 << 62
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
