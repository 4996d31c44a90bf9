internal import ParleySockets

/// One timer of a loop, which is set for another time as often as need be. Only on the loop.
struct MovableTimer {
    private let loop: any NetworkLoop
    private var current: (timer: LoopTimer, deadline: NetworkInstant)?

    init(on loop: any NetworkLoop) {
        self.loop = loop
    }

    /// Runs `action` at `deadline` instead of when it was to run; never, where that is `nil`.
    mutating func move(to deadline: NetworkInstant?, _ action: @escaping @Sendable () -> Void) {
        guard deadline != current?.deadline else { return }
        if let current { loop.cancel(current.timer) }
        current = deadline.map { (loop.schedule(at: $0, action), $0) }
    }

    /// To be called when it has run.
    mutating func ran() {
        current = nil
    }
}
