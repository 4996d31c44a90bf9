/// Measures work on a thread of its own by the machine's monotonic clock: what no simulation runs, such as a store's
/// calls of the disk.
package struct Stopwatch: Sendable {
    private let time = MonotonicTime()
    private let start: NetworkInstant

    /// Starts.
    package init() { start = time.now }

    /// The time since the start.
    package var elapsed: Duration { start.duration(to: time.now) }
}
