extension Actor {
    /// Runs `body` in the actor, for a caller that is on its loop: `assumeIsolated` for what every
    /// turn does. The standard library's takes a closure that may not escape, and allocates a
    /// context for it each time.
    ///
    /// The cast is the one that the standard library makes: being isolated is a matter of types and
    /// not of how a function is called, and the precondition has made sure of it.
    @inline(__always)
    nonisolated func enter(_ body: @escaping (isolated Self) -> Void) {
        preconditionIsolated("not on the loop that this actor lives on")
        unsafe unsafeBitCast(body, to: ((Self) -> Void).self)(self)
    }
}
