import Foundation
import Glibc

/// The requests to end that the system passes on: Ctrl-C, and `kill`.
///
/// They are something to wait for, instead of handlers in which nearly nothing is allowed: the signals
/// are masked in every thread, and one thread of their own waits for them with `sigwait`. The second
/// request ends the program at once, should the first one hang.
package struct Signals: Sendable {
    private let requests: AsyncStream<Int32>

    /// Begins to catch SIGINT and SIGTERM.
    ///
    /// Make it first thing in `main`: threads inherit the mask of the thread that starts them.
    package init() {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        requests = stream
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGINT, SIGTERM] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        Thread.detachNewThread { [set] in Self.wait(for: set, continuation) }
    }

    /// Waits until the program is asked to end; returns as well when the task is cancelled.
    package func endRequest() async {
        for await _ in requests { return }
    }

    private static func wait(for set: sigset_t, _ continuation: AsyncStream<Int32>.Continuation) {
        var set = set
        var wasAsked = false
        while true {
            var signal: Int32 = 0
            guard sigwait(&set, &signal) == 0 else { continue }
            if wasAsked {
                Terminal.tryToRestore()
                _exit(128 + signal)
            }
            wasAsked = true
            continuation.yield(signal)
        }
    }
}
