import Glibc
import Parley

/// The system's requests to end the program: Ctrl-C (SIGINT) and `kill` (SIGTERM).
package struct Signals: Sendable {
    /// Begins to catch SIGINT and SIGTERM. A program creates it first in `main`.
    ///
    /// The second request ends the program at once, with the user's screen in place.
    package init() {
        TerminationSignals.beforeForcedEnd { Terminal.tryToRestore() }
        // Without a descriptor or a thread the signals keep their default effect.
        try? TerminationSignals.watch()
    }

    /// Gives SIGINT and SIGTERM their default effect again, which ends the program at once.
    ///
    /// For commands that compute without a pause: nothing in them would see a request.
    package func useDefaults() {
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
        // A parent may have left them blocked, and nothing but a thread that takes them ends by them.
        var both = sigset_t()
        sigemptyset(&both)
        sigaddset(&both, SIGINT)
        sigaddset(&both, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &both, nil)
    }

    /// Waits until the system asks the program to end, or until the task is cancelled.
    package func endRequest() async {
        try? await TerminationSignals.request()
    }

    /// Runs `body` until it returns or the system asks the program to end. The request cancels the task
    /// of `body`, and the call waits for its end.
    package func untilAskedToEnd(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await TerminationSignals.run(body)
    }
}
