package import ParleySockets

/// The schedule of the world's steps, as a value: the time goes in, the number of due steps comes out.
///
/// The deadlines lie on a fixed grid, so a late step does not make the next ones late. A server that
/// is behind by more than a few steps runs these few at once and skips the rest. So a stalled server
/// continues where it stopped, and does not race through what it missed.
package struct TickSchedule: Sendable {
    /// Steps that are due at one moment.
    package struct DueSteps: Hashable, Sendable {
        /// How many steps to run now.
        package var steps: Int
        /// How many more would have been due, and are skipped.
        package var skipped: Int
        /// How long ago the first of them was due.
        package var lateness: Duration

        package init(steps: Int, skipped: Int, lateness: Duration) {
            self.steps = steps
            self.skipped = skipped
            self.lateness = lateness
        }
    }

    /// Steps a second.
    package let rate: Int

    /// The most steps that run at once.
    package let maximumCatchUp: Int

    private let origin: NetworkInstant
    private var passed: Int64 = 0

    /// A schedule whose first step is due one tick after `start`.
    package init(rate: Int, maximumCatchUp: Int, start: NetworkInstant) {
        self.rate = max(1, rate)
        self.maximumCatchUp = max(1, maximumCatchUp)
        origin = start
    }

    /// When the next step is due.
    package var nextDeadline: NetworkInstant { deadline(of: passed + 1) }

    /// The steps that are due now, which then count as run.
    package mutating func dueSteps(at now: NetworkInstant) -> DueSteps {
        let first = nextDeadline
        guard now >= first else { return DueSteps(steps: 0, skipped: 0, lateness: .zero) }
        var due = periods(until: now) - passed
        if deadline(of: passed + due + 1) <= now { due += 1 }
        passed += due
        let steps = min(due, Int64(maximumCatchUp))
        return DueSteps(
            steps: Int(steps), skipped: Int(due - steps), lateness: first.duration(to: now))
    }

    /// The end of the nth period, without an error that accumulates.
    private func deadline(of period: Int64) -> NetworkInstant {
        let (seconds, rest) = period.quotientAndRemainder(dividingBy: Int64(rate))
        let nanoseconds = rest * 1_000_000_000 / Int64(rate)
        return origin.advanced(by: .seconds(seconds) + .nanoseconds(nanoseconds))
    }

    /// How many whole periods have passed; perhaps one too few, because deadlines are rounded down.
    private func periods(until now: NetworkInstant) -> Int64 {
        let (seconds, rest) = (now.nanoseconds - origin.nanoseconds)
            .quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds * Int64(rate) + rest * Int64(rate) / 1_000_000_000
    }
}
