import Dispatch
import Glibc
import Synchronization

/// The system's requests to end the program: Ctrl-C (SIGINT) and `kill` (SIGTERM).
///
/// A task waits for them, so nothing runs inside a signal handler. The second request ends the program
/// at once, in case the first one has no effect.
package final class Signals: Sendable {
    private let requests: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let wasAsked = Atomic(false)

    /// Begins to catch SIGINT and SIGTERM. A program creates it first in `main`.
    ///
    /// Dispatch watches the signals. `sigwait` on a masked signal does not work here, because Dispatch,
    /// in which Swift's main thread waits, unmasks every signal.
    package init() {
        (requests, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { [self] in
                // The handler keeps the source, and so itself, as long as the program lives.
                withExtendedLifetime(source) { arrived(number) }
            }
            source.activate()
        }
    }

    private func arrived(_ number: Int32) {
        guard !wasAsked.exchange(true, ordering: .relaxed) else {
            Terminal.tryToRestore()
            _exit(128 + number)
        }
        continuation.yield()
    }

    /// Waits until the system asks the program to end, or until the task is cancelled.
    package func endRequest() async {
        for await _ in requests { return }
    }
}
