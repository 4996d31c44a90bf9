/// The result of comparing a prediction with the server's state.
public struct Reconciliation<State: Equatable & Sendable>: Sendable {
    /// The tick of the server's state.
    public let tick: Tick

    /// The state predicted for that tick; nil when there was none.
    public let expected: State?

    /// The server's state.
    public let actual: State

    /// The predicted present until now.
    public let before: State

    /// The predicted present from now on, of the same tick: the difference between the two is the
    /// correction. Hand both to a ``Deviation``.
    public let after: State

    /// How many commands were run again.
    public let replayed: Int

    /// Whether the prediction was right, to the last bit.
    public var isRight: Bool { expected == actual }

    /// How wrong the prediction was in one of its values; 0 without a prediction.
    public func error<Value: Blendable>(in value: (State) -> Value) -> Double {
        expected.map { (value(actual) - value($0)).length } ?? 0
    }
}

/// Counts of a client's right and wrong predictions.
public struct PredictionStatistics: Hashable, Sendable {
    /// States of the server that equalled the prediction.
    public internal(set) var right: UInt64 = 0

    /// States of the server that differed from the prediction: corrections.
    public internal(set) var wrong: UInt64 = 0

    /// States of the server without a prediction.
    public internal(set) var unpredicted: UInt64 = 0

    /// States that arrived after a newer one, and were ignored.
    public internal(set) var outdated: UInt64 = 0

    /// Commands that were run again.
    public internal(set) var replayed: UInt64 = 0

    /// Nothing happened yet.
    public init() {}
}
