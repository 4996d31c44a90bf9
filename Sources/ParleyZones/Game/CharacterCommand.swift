public import ParleyHandoff
public import ParleyProtocol
import ParleyWorld

/// A character's command, for one step of a zone.
public struct CharacterCommand<Command: Sendable>: Sendable {
    /// Whose command it is.
    public let character: CharacterID
    /// The command. A character whose client is not connected gets the rules' idle command.
    public let command: Command
    /// Whether the player gave it for this tick.
    public let origin: CommandOrigin
    /// The moment of the other entities on the player's screen; nil if unknown. See `PlayerCommand.view`.
    public let view: TickTime?

    /// A command of a character.
    public init(
        _ character: CharacterID, _ command: Command, origin: CommandOrigin = .given,
        view: TickTime? = nil
    ) {
        self.character = character
        self.command = command
        self.origin = origin
        self.view = view
    }
}
