/// The system's monotonic time; sleeping is a timer on a loop, without a thread in between.
public struct LoopClock: NetworkClock {
    private let group: EventLoopGroup
    private let time = MonotonicTime()

    init(group: EventLoopGroup) {
        self.group = group
    }

    /// The time now.
    public var now: NetworkInstant { time.now }

    /// The finest difference that can be told.
    public var minimumResolution: Duration { time.resolution }

    /// Sleeps until `deadline`, on the caller's own loop when it runs on one.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    public func sleep(until deadline: NetworkInstant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let loop = group.current ?? group.nextLoop()
        let alarm = Alarm(loop: loop)
        alarm.set(for: deadline)
        do {
            try await alarm.rang.value()
        } catch {
            alarm.unset()
            throw error
        }
    }
}

/// One sleep: a promise that a timer fulfils.
private final class Alarm: @unchecked Sendable {
    let rang = Promise<Void>()
    private let loop: EventLoop
    /// Touched on the loop only, which is why the class may call itself `Sendable`.
    private var timer: LoopTimer?

    init(loop: EventLoop) {
        self.loop = loop
    }

    func set(for deadline: NetworkInstant) {
        loop.perform {
            self.timer = self.loop.schedule(at: deadline) { [rang = self.rang] in rang.fulfil(()) }
        }
    }

    func unset() {
        loop.perform {
            if let timer = self.timer { self.loop.cancel(timer) }
        }
    }
}
