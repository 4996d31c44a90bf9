public import ParleySockets

/// How the steps of a world kept time.
public struct TickStatistics: Hashable, Sendable {
    /// Steps that ran.
    public internal(set) var count: UInt64 = 0

    /// Steps that were due and left out, because the server was too late for them.
    public internal(set) var skipped: UInt64 = 0

    /// Steps that ran right after a late one.
    public internal(set) var caughtUp: UInt64 = 0

    /// Steps that took longer than a tick lasts.
    public internal(set) var overruns: UInt64 = 0

    /// How late steps began.
    public internal(set) var lateness = Spread()

    /// How long steps took.
    public internal(set) var duration = Spread()

    /// A duration measured again and again.
    public struct Spread: Hashable, Sendable {
        /// The newest.
        public internal(set) var newest: Duration = .zero

        /// The average, in which each new value counts for a sixteenth.
        public internal(set) var average: Duration = .zero

        /// The longest.
        public internal(set) var worst: Duration = .zero

        /// All of them, by how long they were.
        public internal(set) var histogram = DurationHistogram()

        mutating func note(_ duration: Duration) {
            newest = duration
            average += (duration - average) / 16
            worst = max(worst, duration)
            histogram.note(duration)
        }
    }

    mutating func note(_ due: TickSchedule.DueSteps) {
        guard due.steps > 0 else { return }
        skipped += UInt64(due.skipped)
        caughtUp += UInt64(due.steps - 1)
        lateness.note(due.lateness)
    }

    mutating func note(stepOf duration: Duration, allowed: Duration) {
        count += 1
        if duration > allowed { overruns += 1 }
        self.duration.note(duration)
    }
}
