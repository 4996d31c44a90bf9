/// How far a predicting client trusts itself.
public struct PredictionLimits: Hashable, Sendable {
    /// After so long without a snapshot the client gives no more commands, and the player stands:
    /// 1 s, or three usual gaps between snapshots where that is longer.
    ///
    /// It bounds how long the player stands after the server itself stood still: the commands given
    /// until then are for ticks that the server still has to run.
    public var silence = Duration.seconds(1)

    /// How far ahead of the server's newest state the client predicts: 4 s, which is longer than a
    /// round trip of two seconds and a silence. It bounds the work of a replay.
    public var ahead = Duration.seconds(4)

    /// How many commands ``PredictingClient/sendOnce(_:)`` keeps for later ticks.
    public var queuedCommands = 16

    /// How long another entity's movement goes on after its newest state; then it stands.
    public var extrapolation = Duration.milliseconds(250)

    /// The limits above.
    public init() {}
}
