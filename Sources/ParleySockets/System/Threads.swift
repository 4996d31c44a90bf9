internal import CParleySystem

/// Starts a thread that runs `body` and then ends by itself.
///
/// Signals are blocked on it, because they belong to the program's own threads. A fault of the thread
/// itself is not, so that a crash on a loop reaches the program's handler and leaves a backtrace.
///
/// - Parameter name: The thread's name, at most 15 bytes, as process viewers show it.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let start = unsafe Unmanaged.passRetained(ThreadStart(body: body))
    do {
        try checked(unsafe parley_thread_start(name, runThread, start.toOpaque()))
    } catch {
        unsafe start.release()
        throw error
    }
}

private final class ThreadStart: Sendable {
    let body: @Sendable () -> Void

    init(body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}

private func runThread(_ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().body()
}

/// A number that distinguishes threads while they live; never 0.
package func currentThreadID() -> UInt {
    UInt(parley_thread_id())
}
