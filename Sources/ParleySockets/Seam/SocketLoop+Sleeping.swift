extension SocketLoop {
    /// Sleeps until `deadline` by a timer of this loop. The clocks of all networks use it.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    package func sleep(until deadline: NetworkInstant) async throws {
        try Task.checkCancellation()
        let alarm = Alarm(loop: self)
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
    private let loop: any SocketLoop
    /// Touched on the loop only, hence `@unchecked Sendable`.
    private var timer: LoopTimer?

    init(loop: any SocketLoop) {
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
