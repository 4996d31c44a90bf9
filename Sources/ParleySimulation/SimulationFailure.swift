/// Why a simulation has no result.
public struct SimulationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Reason: Sendable, Hashable {
        /// Tasks wait, and nothing is left that could resume them: a continuation was lost, or two
        /// tasks wait for each other.
        case stuck
        /// The limit of virtual time was reached.
        case outOfTime
        /// Work goes on without end while time stands still.
        case livelock
        /// Something outside of the simulation, such as the system's clock or another thread, resumed
        /// a task that many times. The seed alone no longer decides the run.
        case disturbed(Int)
    }

    /// The seed that reproduces the failure.
    public let seed: UInt64
    /// The kind of failure.
    public let reason: Reason
    /// The virtual time of the failure.
    public let at: Duration

    /// "seed 7, at 12.5 seconds: stuck: tasks wait, and nothing is left that could resume them".
    public var description: String {
        "seed \(seed), at \(at): \(words)"
    }

    private var words: String {
        switch reason {
        case .stuck: "stuck: tasks wait, and nothing is left that could resume them"
        case .outOfTime: "the limit of virtual time is reached"
        case .livelock: "work goes on for ever while time stands still"
        case .disturbed(let count):
            "woken \(count) times from outside the simulation: "
                + "by a network, a clock or a thread that is not the simulation's "
                + "(is every `network:` parameter given a host of the simulation?)"
        }
    }
}
