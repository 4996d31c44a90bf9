package import ParleySockets
import Synchronization

/// Decides when frames are due, a number a second.
///
/// A late caller gets the next frame at once; frames that were missed are skipped.
package final class FramePacer: Sendable {
    private let interval: Duration
    private let clock: any NetworkClock
    private let next: Mutex<NetworkInstant>

    /// A pace of so many frames a second.
    package init(rate: Double, clock: any NetworkClock) {
        interval = .seconds(1) / min(max(rate.isFinite ? rate : 60, 0.001), 100_000)
        self.clock = clock
        next = Mutex(clock.now)
    }

    /// Waits for the next frame; false when the task was cancelled.
    package func wait() async -> Bool {
        let now = clock.now
        let due = next.withLock { next in
            let due = max(next, now)
            next = due.advanced(by: interval)
            return due
        }
        do {
            try await clock.sleep(until: due, tolerance: nil)
            return true
        } catch {
            return false
        }
    }
}
