/// An actor that lives on a loop.
protocol LoopActor: Actor {
    /// The loop that is the actor's executor.
    nonisolated var loop: any SocketLoop { get }
}

extension LoopActor {
    /// Runs `body` in the actor, for a caller on its loop. It replaces `assumeIsolated` in what
    /// every turn does: the standard library's version allocates a context for its non-escaping
    /// closure, and asks the main executor before it asks the loop.
    ///
    /// The standard library makes the same cast: isolation is a matter of types, not of the calling
    /// convention, and the precondition has checked the executor.
    @inline(__always)
    nonisolated func enter(_ body: @escaping (isolated Self) -> Void) {
        precondition(loop.isCurrent, "not on the loop that this actor lives on")
        unsafe unsafeBitCast(body, to: ((Self) -> Void).self)(self)
    }

    /// Runs `body` in the actor: at once for a caller on its loop, otherwise soon.
    nonisolated func perform(_ body: @escaping @Sendable (isolated Self) -> Void) {
        loop.perform { self.assumeIsolated { body($0) } }
    }
}
