/// A player who is in the game.
public struct Player: Hashable, Sendable {
    /// The player's number.
    public let id: PlayerID

    /// The name as the server accepted it: 1 to 32 bytes of printable UTF-8
    /// (``PrintableText``), different from all other players' names.
    public let name: String

    /// A player of this name.
    public init(id: PlayerID, name: String) {
        self.id = id
        self.name = name
    }
}

/// The reason why a world, or the server before it, refuses a player. The player gets the text.
public struct JoinRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text that the player reads.
    public let description: String

    /// A refusal with this text.
    public init(_ text: String) {
        description = text
    }
}
