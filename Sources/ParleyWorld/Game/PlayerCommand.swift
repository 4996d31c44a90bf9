public import ParleyProtocol

/// A player's command, for one step of the world.
public struct PlayerCommand<Command: Sendable>: Sendable {
    /// The player who gave it.
    public let player: PlayerID

    /// The client's number for it: 1, 2, 3 …, without those that were lost. For a predicting client
    /// the number of its tick.
    public let sequence: UInt32

    /// The command.
    public let command: Command

    /// Whether the player gave it for this tick, or the server repeats it in place of a missing
    /// one.
    public let origin: CommandOrigin

    /// The moment of the other entities on the player's screen when the command was given; nil if
    /// unknown. The client claims it: see ``moment(within:now:)``.
    public let view: TickTime?

    /// Creates a player's command with a number.
    @inlinable
    public init(
        player: PlayerID, sequence: UInt32, command: Command,
        origin: CommandOrigin = .given, view: TickTime? = nil
    ) {
        self.player = player
        self.sequence = sequence
        self.command = command
        self.origin = origin
        self.view = view
    }

    /// Returns the moment to which a hit test rewinds, so that the player hits what was on the
    /// screen.
    ///
    /// - Parameters:
    ///   - limit: How far back it may be.
    ///   - now: The tick that is run.
    public func moment(within limit: RewindLimit, now: Tick) -> TickTime {
        limit.moment(claimed: view, now: now)
    }
}
