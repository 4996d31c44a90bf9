import Dispatch
import Glibc

/// Lets Ctrl-Z stop the program with the user's screen in place, and takes the screen again afterwards.
enum JobControl {
    /// Begins to watch SIGTSTP and SIGCONT; further calls do nothing.
    static func watch() { _ = isWatching }

    private static let isWatching: Bool = {
        let queue = DispatchQueue(label: "job control")
        watch(SIGTSTP, on: queue) { stop() }
        watch(SIGCONT, on: queue) { Terminal.resume() }
        return true
    }()

    private static func watch(
        _ number: Int32, on queue: DispatchQueue, _ body: @escaping @Sendable () -> Void
    ) {
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler {
            // The handler keeps the source, and so itself, as long as the program lives.
            withExtendedLifetime(source) { body() }
        }
        source.activate()
    }

    /// Gives the screen back and stops the process by the signal's default action, so that the shell
    /// sees what it expects. Returns when the process goes on.
    private static func stop() {
        Terminal.suspend()
        let handler = signal(SIGTSTP, SIG_DFL)
        var signals = sigset_t()
        var before = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTSTP)
        pthread_sigmask(SIG_UNBLOCK, &signals, &before)
        raise(SIGTSTP)
        pthread_sigmask(SIG_SETMASK, &before, nil)
        signal(SIGTSTP, handler)
        Terminal.resume()
    }
}
