internal import CParleySystem
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Starts a thread that runs `body` and then ends by itself.
///
/// Signals are blocked on it: they belong to the program's own threads.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let start = ThreadStart(name: String(name.prefix(15)), body: body)
    var everySignal = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&everySignal)
    unsafe pthread_sigmask(SIG_BLOCK, &everySignal, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(start)
    let result = unsafe pthread_create(&thread, nil, runThread, context.toOpaque())
    guard result == 0 else {
        unsafe context.release()
        throw SystemError(code: result)
    }
    pthread_detach(thread)
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    unsafe parley_thread_set_name(start.name)
    start.body()
    return nil
}
