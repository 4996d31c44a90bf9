/// What came of comparing a prediction with what really happened.
public struct Reconciliation<State: Equatable & Sendable>: Sendable {
    /// The tick that the server told of.
    public let tick: Tick

    /// What had been predicted for that tick, nil when nothing was.
    public let expected: State?

    /// What it was.
    public let actual: State

    /// The predicted present until now.
    public let before: State

    /// The predicted present from now on: of the same tick, so what differs between the two is the
    /// correction. Hand both to a ``Deviation``.
    public let after: State

    /// How many commands were run again.
    public let replayed: Int

    /// Whether the prediction was right, to the last bit.
    public var isRight: Bool { expected == actual }

    /// How wrong the prediction was in one of its values; 0 where nothing had been predicted.
    public func error<Value: Blendable>(in value: (State) -> Value) -> Double {
        expected.map { (value(actual) - value($0)).length } ?? 0
    }
}

/// How good a client's predictions are.
public struct PredictionStatistics: Hashable, Sendable {
    /// States of the server for which the same had been predicted.
    public internal(set) var right: UInt64 = 0

    /// States of the server for which something else had been predicted: corrections.
    public internal(set) var wrong: UInt64 = 0

    /// States of the server for which nothing had been predicted.
    public internal(set) var unpredicted: UInt64 = 0

    /// States that came after a newer one, and were ignored.
    public internal(set) var outdated: UInt64 = 0

    /// Commands that were run again.
    public internal(set) var replayed: UInt64 = 0

    /// Nothing happened yet.
    public init() {}
}
