/// An actor that lives on a loop.
protocol LoopActor: Actor {
    /// The loop that is its executor.
    nonisolated var loop: any SocketLoop { get }
}

extension LoopActor {
    /// Runs `body` in the actor, for a caller that is on its loop: `assumeIsolated` for what every
    /// turn does. The standard library's takes a closure that may not escape, and allocates a
    /// context for it each time; and it asks after the main executor before it asks the loop.
    ///
    /// The cast is the one that the standard library makes: being isolated is a matter of types and
    /// not of how a function is called, and the precondition has made sure of it.
    @inline(__always)
    nonisolated func enter(_ body: @escaping (isolated Self) -> Void) {
        precondition(loop.isCurrent, "not on the loop that this actor lives on")
        unsafe unsafeBitCast(body, to: ((Self) -> Void).self)(self)
    }
}
