/// The origin of the command that a tick has of a player.
public enum CommandOrigin: Hashable, Sendable {
    /// The client gave it for this tick.
    case given
    /// It stands in for a missing one, and was made from the last one given.
    case repeated
    /// It is the idle command.
    case idle
}

/// The command that stands in for a missing one: the last one given, for a while, then the idle one.
///
/// Hands seldom change within a few ticks, so the last command is the best guess. What a player does
/// once, such as a shot or a jump, must not happen again: `standIn` takes it out of the command. A
/// player who stays silent for longer has gone and must not run on for ever.
///
/// The server and the client's prediction use the same one, so that both come to the same state.
public struct CommandStandIn<Command: Sendable>: Sendable {
    /// The command of a player who does nothing.
    public let idle: Command

    /// For how many ticks the last command stands in.
    public let maximumRepeats: Int

    @usableFromInline let standIn: @Sendable (Command) -> Command
    @usableFromInline var last: Command?
    @usableFromInline var repeats = 0

    /// A stand-in before the first command.
    ///
    /// - Parameters:
    ///   - idle: The command of a player who does nothing.
    ///   - maximumRepeats: For how many ticks the last command stands in; 30 are half a second at 60
    ///     ticks a second.
    ///   - standIn: Makes the command that is repeated from the last one given.
    public init(
        idle: Command, maximumRepeats: Int = 30,
        standIn: @escaping @Sendable (Command) -> Command = { $0 }
    ) {
        self.idle = idle
        self.maximumRepeats = max(0, maximumRepeats)
        self.standIn = standIn
    }

    /// A stand-in that repeats for a duration, whatever the tick rate.
    ///
    /// - Parameters:
    ///   - idle: The command of a player who does nothing.
    ///   - duration: For how long the last command stands in, rounded up to whole ticks; at most
    ///     4,096 ticks.
    ///   - tickRate: Ticks a second.
    ///   - standIn: Makes the command that is repeated from the last one given.
    public init(
        idle: Command, lasting duration: Duration, tickRate: Int,
        standIn: @escaping @Sendable (Command) -> Command
    ) {
        let ticks = (duration.inSeconds * Double(max(1, tickRate))).rounded(.up)
        self.init(
            idle: idle, maximumRepeats: Int(min(max(ticks, 0), 4_096)), standIn: standIn)
    }

    /// The command of the next tick.
    ///
    /// - Parameter given: The command that is known for it.
    @inlinable
    public mutating func next(_ given: Command?) -> (command: Command, origin: CommandOrigin) {
        if let given {
            last = given
            repeats = 0
            return (given, .given)
        }
        guard let last, repeats < maximumRepeats else { return (idle, .idle) }
        repeats += 1
        return (standIn(last), .repeated)
    }
}
