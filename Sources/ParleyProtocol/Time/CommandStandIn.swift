/// What a player does in a tick of which no command is known: the same as before, for a while.
///
/// Hands seldom change within a few ticks, so the last command is the best guess. Who says nothing
/// for longer has gone, and must not run on for ever: then it is the idle command.
public struct CommandStandIn<Command: Sendable>: Sendable {
    /// Where a tick's command comes from.
    public enum Origin: Hashable, Sendable {
        /// It was given for this very tick.
        case given
        /// It is the last one, again.
        case repeated
        /// It is the idle one.
        case idle
    }

    /// What is done by who does nothing.
    public let idle: Command

    /// For how many ticks the last command is repeated.
    public let maximumRepeats: Int

    private var last: Command?
    private var repeats = 0

    /// Nothing was done yet.
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
