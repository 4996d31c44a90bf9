internal import ParleySockets

/// A timer of a loop that can be moved to another time. Only on the loop.
struct MovableTimer {
    private let loop: any SocketLoop
    private var current: (timer: LoopTimer, deadline: NetworkInstant)?

    init(on loop: any SocketLoop) {
        self.loop = loop
    }

    /// Moves the timer to `deadline`, where it runs `action`; `nil` cancels it.
    mutating func move(to deadline: NetworkInstant?, _ action: @escaping @Sendable () -> Void) {
        guard deadline != current?.deadline else { return }
        if let current { loop.cancel(current.timer) }
        current = deadline.map { (loop.schedule(at: $0, action), $0) }
    }

    /// Records that the timer has run.
    mutating func ran() {
        current = nil
    }
}
