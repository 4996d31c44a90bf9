import Glibc
import Testing

@testable import ParleySockets

/// The threads of loops and workers: their signal masks and their stacks.
@Suite(.timeLimit(.minutes(5)))
struct ThreadTests {
    /// Runs `body` on a loop's thread.
    private func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () -> Result
    ) async throws -> Result {
        await onLoop(try EventLoop(), body)
    }

    /// The kernel kills a process at once for a fault whose signal is blocked: the handlers
    /// of backtraces, crash reporters and sanitizers never run.
    @Test func aTrapOnALoopReachesTheHandler() async {
        await #expect(processExitsWith: .exitCode(42)) {
            for number in [SIGILL, SIGTRAP] { signal(number) { _ in _exit(42) } }
            let loop = try EventLoop()
            loop.execute {
                let numbers = [1, 2, 3]
                let outside = Int(currentThreadID() | 8)
                _exit(Int32(truncatingIfNeeded: numbers[outside]))
            }
            try await Task.sleep(for: .seconds(240))
        }
    }

    @Test(arguments: [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF])
    func faultsAndTheProfilersTimerAreOpen(number: Int32) async throws {
        #expect(try await onThread { isBlocked(number) } == false)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM, SIGUSR1, SIGPIPE])
    func theProgramsSignalsAreNot(number: Int32) async throws {
        #expect(try await onThread { isBlocked(number) } == true)
    }

    /// The thread that starts another keeps its own mask.
    @Test func startingAThreadLeavesTheMaskAsItIs() throws {
        let before = [SIGINT, SIGSEGV, SIGUSR1].map(isBlocked)
        _ = try EventLoop()
        #expect([SIGINT, SIGSEGV, SIGUSR1].map(isBlocked) == before)
    }

    /// As deep as recursive rules may go, whatever the C library's default: musl's is 128 KiB.
    @Test func aThreadHasTheStackOfAProgram() async {
        await #expect(processExitsWith: .success) {
            await onLoop(try EventLoop()) {
                var here = 0
                withUnsafeMutablePointer(to: &here) { descend(from: UInt(bitPattern: $0)) }
            }
        }
    }
}

/// Calls itself until the stack is 7 MiB deep.
@inline(never)
private func descend(from start: UInt) {
    var here = 0
    let depth = withUnsafeMutablePointer(to: &here) { start - UInt(bitPattern: $0) }
    if depth < 7 << 20 { descend(from: start) }
    // After the call, so that it is not the last thing that happens, and the frame stays.
    withUnsafeMutablePointer(to: &here) { $0.pointee = 1 }
}

private func isBlocked(_ number: Int32) -> Bool {
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    return sigismember(&mask, number) == 1
}
