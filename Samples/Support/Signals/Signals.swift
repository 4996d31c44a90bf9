import Glibc
import Synchronization

/// What the system tells a program from outside.
package enum Signal: Int32, Sendable, CaseIterable {
    /// Ctrl-C.
    case interrupt = 2
    /// Asked to end, by `kill` or a service manager.
    case terminate = 15
    /// The terminal's window has another size.
    case windowChange = 28

    var endsTheProgram: Bool { self != .windowChange }
}

/// Signals as something to wait for, instead of handlers in which nearly nothing is allowed.
///
/// The signals are masked in every thread, and one thread of their own waits for them with `sigwait`.
/// Make it first thing in `main`: threads inherit the mask of the thread that starts them. The second
/// request to end is not passed on: it ends the program at once, should the first one hang.
package struct Signals: Sendable {
    /// Every signal that arrives, the newest eight when nobody listens.
    package let arrivals: AsyncStream<Signal>

    package init() {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Signal.self, bufferingPolicy: .bufferingNewest(8))
        arrivals = stream
        var set = sigset_t()
        sigemptyset(&set)
        for signal in Signal.allCases { sigaddset(&set, signal.rawValue) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        startThread { [set] in Self.wait(for: set, continuation) }
    }

    private static func wait(for set: sigset_t, _ continuation: AsyncStream<Signal>.Continuation) {
        var set = set
        var wasAskedToEnd = false
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0, let signal = Signal(rawValue: number) else {
                continue
            }
            if signal.endsTheProgram {
                if wasAskedToEnd {
                    Terminal.restore()
                    _exit(128 + number)
                }
                wasAskedToEnd = true
            }
            continuation.yield(signal)
        }
    }
}

/// Runs something that blocks on a thread of its own, for as long as the program lives.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Box(body)).toOpaque()
    let status = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, argument)
    precondition(status == 0, "no more threads")
    pthread_detach(thread)
}
