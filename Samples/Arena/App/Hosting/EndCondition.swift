import Parley
import SampleSupport

/// The end of a command: a signal, or the time of `--seconds`.
struct EndCondition: Sendable {
    let signals: Signals
    let seconds: UInt32?

    init(signals: Signals, seconds: UInt32? = nil) {
        self.signals = signals
        self.seconds = seconds
    }

    /// Waits for the first of the two.
    func wait(_ clock: any NetworkClock) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await signals.endRequest() }
            if let seconds { group.addTask { try await clock.sleep(for: .seconds(seconds)) } }
            try await group.next()
            group.cancelAll()
        }
    }
}
