/// How many commands of predicting clients the steps took, and how many were missing.
package struct CommandTotals: Hashable, Sendable {
    /// Commands that were given for their tick.
    package var given: UInt64 = 0
    /// Ticks of players for which a command stood in, since theirs was lost or came late.
    package var missed: UInt64 = 0

    package init() {}
}
