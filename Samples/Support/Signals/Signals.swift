import Dispatch
import Glibc
import Synchronization

/// The requests to end that the system passes on: Ctrl-C, and `kill`.
///
/// They are something to wait for, instead of handlers in which nearly nothing is allowed. The second
/// request ends the program at once, should the first one hang.
package final class Signals: Sendable {
    private let requests: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let wasAsked = Atomic(false)

    /// Begins to catch SIGINT and SIGTERM; make it first thing in `main`.
    ///
    /// Dispatch watches them. Masking and `sigwait` are no way, because Dispatch, in which Swift's
    /// main thread waits, unmasks every signal there.
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

    /// Waits until the program is asked to end; returns as well when the task is cancelled.
    package func endRequest() async {
        for await _ in requests { return }
    }
}
