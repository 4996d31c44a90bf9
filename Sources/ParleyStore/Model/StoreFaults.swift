/// What goes wrong in a ``ModelStore``. All of it happens to real stores.
public struct StoreFaults: Sendable, Hashable {
    /// How long a call takes, half of it before its effect.
    public var latency: ClosedRange<Duration>
    /// The share of calls, from 0 to 1, whose effect takes place and whose answer is lost.
    public var lostAnswers: Double
    /// The share of calls, from 0 to 1, that are lost before their effect.
    public var lostCalls: Double
    /// The share of transactions, from 0 to 1, that meet another one and begin again.
    public var serialisationFailures: Double
    /// After how long a caller gives up on an answer that is lost.
    public var patience: Duration

    /// Nothing goes wrong, and every call answers at once.
    public static let none = StoreFaults()

    /// Faults from their parts.
    public init(
        latency: ClosedRange<Duration> = .zero ... .zero, lostAnswers: Double = 0,
        lostCalls: Double = 0,
        serialisationFailures: Double = 0, patience: Duration = .seconds(2)
    ) {
        self.latency = latency
        self.lostAnswers = lostAnswers
        self.lostCalls = lostCalls
        self.serialisationFailures = serialisationFailures
        self.patience = patience
    }
}
