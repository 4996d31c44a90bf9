internal import CParleySystem
internal import Synchronization

/// SIGINT (Ctrl-C) and SIGTERM (`kill`): the requests to end the process, as a cancellation.
///
/// ```swift
/// try await TerminationSignals.run { try await server.run() }
/// ```
///
/// The second request ends the process at once, in case the first one has no effect. The exit status is
/// that of a shell: 128 and the signal's number.
///
/// Signals belong to the process, so all callers share one state.
public enum TerminationSignals {
    private static let first = Promise<Void>()
    private static let isWatching = Mutex(false)
    private static let forcedEnd = Mutex<@Sendable () -> Void>({})

    /// Begins to watch the signals; further calls do nothing. `run` and `request` call it.
    ///
    /// - Throws: `SystemError` when the system has no descriptor or thread for it.
    public static func watch() throws(SystemError) {
        try isWatching.withLock { (isWatching) throws(SystemError) in
            guard !isWatching else { return }
            try checked(parley_watch_termination())
            try startThread(named: "parley-signals") {
                while true {
                    let number = parley_next_termination()
                    guard !first.fulfil(()) else { continue }
                    forcedEnd.withLock { $0() }
                    parley_exit_at_once(number)
                }
            }
            isWatching = true
        }
    }

    /// Runs `body`, and cancels it when the process is asked to end.
    ///
    /// - Returns: What `body` returns; nil when it throws `CancellationError` after a request.
    /// - Throws: What else `body` throws; `SystemError` when the signals cannot be watched.
    @discardableResult
    public static func run<Outcome: Sendable>(
        _ body: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome? {
        try watch()
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try? await request()
                return nil
            }
            defer { group.cancelAll() }
            if case .some(.some(let outcome)) = try await group.next() { return outcome }
            group.cancelAll()
            do {
                return try await group.next() ?? nil
            } catch is CancellationError {
                return nil
            }
        }
    }

    /// Waits until the process is asked to end.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first; `SystemError` when the signals
    ///   cannot be watched.
    public static func request() async throws {
        try watch()
        try await first.value()
    }

    /// Sets what to do before the second request ends the process, such as restoring a terminal.
    ///
    /// `body` runs on a thread of its own. It must not wait for the program, which may be stuck.
    public static func beforeForcedEnd(_ body: @escaping @Sendable () -> Void) {
        forcedEnd.withLock { $0 = body }
    }
}
