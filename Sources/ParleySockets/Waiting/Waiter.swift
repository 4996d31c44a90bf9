/// A suspended task, which must be resumed exactly once, outside any lock.
///
/// It wraps the runtime's unsafe continuation, so that "exactly once" is argued where the waiter is
/// kept and not at each use.
@safe struct Waiter<Value: Sendable>: Sendable {
    private let continuation: UnsafeContinuation<Value, Never>

    /// Suspends the calling task until the waiter given to `body` is resumed.
    @inline(__always)
    static func wait(
        isolation actor: isolated (any Actor)? = #isolation,
        _ body: (Waiter) -> Void
    ) async -> Value {
        unsafe await withUnsafeContinuation(isolation: actor) { continuation in
            body(unsafe Waiter(continuation))
        }
    }

    private init(_ continuation: UnsafeContinuation<Value, Never>) {
        unsafe self.continuation = unsafe continuation
    }

    /// Resumes the task with `value`.
    func resume(returning value: Value) {
        unsafe continuation.resume(returning: value)
    }
}
