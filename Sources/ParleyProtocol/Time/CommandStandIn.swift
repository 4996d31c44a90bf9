/// The stand-in for a missing command: the last one again for some ticks, then the idle one.
///
/// Hands seldom change within a few ticks, so the last command is the best guess. A player without
/// commands for longer has gone, and must not run on for ever.
public struct CommandStandIn<Command: Sendable>: Sendable {
    /// Where a tick's command comes from.
    public enum Origin: Hashable, Sendable {
        /// The client gave it for this tick.
        case given
        /// It is the last command again.
        case repeated
        /// It is the idle command.
        case idle
    }

    /// The command of a player who does nothing.
    public let idle: Command

    /// For how many ticks the last command is repeated.
    public let maximumRepeats: Int

    private var last: Command?
    private var repeats = 0

    /// A stand-in without a last command.
    public init(idle: Command, maximumRepeats: Int = 30) {
        self.idle = idle
        self.maximumRepeats = max(0, maximumRepeats)
    }

    /// The command of the next tick.
    ///
    /// - Parameter given: The command that is known for it.
    public mutating func next(_ given: Command?) -> (command: Command, origin: Origin) {
        if let given {
            last = given
            repeats = 0
            return (given, .given)
        }
        guard let last, repeats < maximumRepeats else { return (idle, .idle) }
        repeats += 1
        return (last, .repeated)
    }
}
