/// Why a simulation has no result.
public struct SimulationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong.
    public enum Reason: Sendable, Hashable {
        /// Tasks wait, and nothing is left that could wake them: a continuation was lost, or two wait
        /// for each other.
        case stuck
        /// The limit of virtual time was reached.
        case outOfTime
        /// Work goes on for ever while time stands still.
        case livelock
        /// Something outside, such as the system's clock or another thread, woke a task so many
        /// times: the seed alone no longer decides what happens.
        case disturbed(Int)
    }

    /// The seed that shows it again.
    public let seed: UInt64
    /// What was wrong.
    public let reason: Reason
    /// The virtual time.
    public let at: Duration

    /// "seed 7, at 12.5 seconds: stuck: tasks wait for what nothing can bring any more".
    public var description: String {
        "seed \(seed), at \(at): \(words)"
    }

    private var words: String {
        switch reason {
        case .stuck: "stuck: tasks wait for what nothing can bring any more"
        case .outOfTime: "the limit of virtual time is reached"
        case .livelock: "work goes on for ever while time stands still"
        case .disturbed(let count): "woken \(count) times from outside the simulation"
        }
    }
}
